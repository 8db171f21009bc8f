package io.sdr.api;

import java.util.List;

/** A job waits for a person. The job goes on as soon as one of its prompts is answered. */
public non-sealed class NeedsOperatorException extends SdrException {
    private static final long serialVersionUID = 1L;

    private final String job;
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
                .remedy(remedy(prompts)));
        this.job = job.value();
        this.prompts = List.copyOf(prompts);
    }

    private static String remedy(List<Prompt> prompts) {
        boolean complete = prompts.stream().anyMatch(Prompt.ReadyToComplete.class::isInstance);
        String answers = String.join(
                ", ",
                prompts.stream()
                        .flatMap(prompt -> prompt.answers().stream())
                        .map(Answer.Kind::name)
                        .distinct()
                        .sorted()
                        .toList());
        return complete
                ? "call completeFailover when the downtime may begin, or cancel the job"
                : "call answer of the job with one of " + answers + "; it goes on from there";
    }

    /**
     * Names the job that waits.
     *
     * @return the job
     */
    public JobId job() {
        return new JobId(job);
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
