package io.sdr.api;

import java.util.List;

/** A job waits for a person. The job goes on as soon as one of its prompts is answered. */
public non-sealed class NeedsOperatorException extends SdrException {
    private static final long serialVersionUID = 1L;

    private final transient List<Prompt> prompts;

    /**
     * Tells what the job waits for.
     *
     * @param job the job
     * @param prompts what it asks; at least one
     */
    public NeedsOperatorException(JobId job, List<Prompt> prompts) {
        super(Problem.of("NEEDS_OPERATOR")
                .attempted("finish job " + job)
                .state("the job waits for input: "
                        + String.join(
                                "; ", prompts.stream().map(Prompt::question).toList()))
                .remedy("answer one of the prompts; the job goes on from there"));
        this.prompts = List.copyOf(prompts);
    }

    /**
     * Gives the questions.
     *
     * @return the prompts, unmodifiable
     */
    public List<Prompt> prompts() {
        return prompts;
    }
}
