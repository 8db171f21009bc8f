package io.sdr.hyperv.powershell;

/**
 * One script of this module, as the jar has it.
 *
 * @param name its name, without ending
 * @param effect whether it only looks
 * @param text its text
 */
public record Script(String name, Effect effect, String text) {
    /** What a script does to the world. */
    public enum Effect {
        /** It only looks: it may be run again whenever its answer was lost. */
        READ,
        /** It may change something: after a lost answer the world is looked at before anything else. */
        CHANGE
    }
}
