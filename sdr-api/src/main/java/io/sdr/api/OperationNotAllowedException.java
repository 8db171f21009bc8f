package io.sdr.api;

/** The operation is not allowed in the item's present state. It was refused before anything was touched. */
public non-sealed class OperationNotAllowedException extends SdrException {
    private static final long serialVersionUID = 1L;

    private final String item;
    private final transient Denial denial;

    /**
     * Refuses an operation.
     *
     * @param item the item
     * @param denial the reason, and what would make the operation possible
     */
    public OperationNotAllowedException(ItemId item, Denial denial) {
        super(Problem.of(denial.code())
                .attempted("start " + denial.operation().words() + " of item " + item)
                .state(denial.reason() + "; nothing was changed")
                .remedy(denial.remedy()));
        this.item = item.value();
        this.denial = denial;
    }

    /**
     * Names the item.
     *
     * @return its id
     */
    public ItemId item() {
        return new ItemId(item);
    }

    /**
     * Gives the refusal as a value.
     *
     * @return the denial
     */
    public Denial denial() {
        return denial;
    }
}
