package io.sdr.benchmarks.drill;

/** Halts the process at one moment of the drill, once. */
interface KillSwitch {
    /** Never halts. */
    KillSwitch NEVER = new KillSwitch() {
        @Override
        public void entering(DrillStep step) {}

        @Override
        public void intentForced(String operation, String jobStep) {}

        @Override
        public void completionStored() {}
    };

    /** Hears which step of the drill is at work. */
    void entering(DrillStep step);

    /** Hears that the intent of a job's step is forced; whatever happens now, the step will be looked at after a restart. */
    void intentForced(String operation, String jobStep);

    /** Hears that the word <em>complete failover</em> is stored. */
    void completionStored();
}
