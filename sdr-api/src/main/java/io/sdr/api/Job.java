package io.sdr.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The handle of everything long. Live: its methods tell the present. It survives the process that started it:
 * {@link SiteRecovery#job} gives it again. Thread-safe.
 */
public interface Job {
    /**
     * Names the job.
     *
     * @return its id
     */
    JobId id();

    /**
     * Names the item.
     *
     * @return its id
     */
    ItemId item();

    /**
     * Names what kind of job it is, as {@code docs/steps.md} lists its steps and events name it.
     *
     * @return in lower case with dashes, such as {@code unplanned-failover}
     */
    String kind();

    /**
     * Names the operation that was asked for.
     *
     * @return the operation; empty for protecting a VM, which makes the item
     */
    Optional<Operation> operation();

    /**
     * Tells the state now.
     *
     * @return the state
     */
    JobStatus status();

    /**
     * Gives all steps in order.
     *
     * @return the steps as they are now
     */
    List<JobStep> steps();

    /**
     * Gives the progress of the present step.
     *
     * @return the progress
     */
    Progress progress();

    /**
     * Tells what the job waits for.
     *
     * @return the prompts; empty unless the state is {@link JobStatus#WAITING_FOR_INPUT}
     */
    List<Prompt> prompts();

    /**
     * Waits for success, however long it takes. Not to be called by a listener or from what depends on {@link #completion}.
     *
     * @return the outcome
     * @throws OperationFailedException if it did not succeed; its code is that of the failure, or {@code JOB_CANCELLED} or
     *     {@code JOB_SUPERSEDED}
     * @throws NeedsOperatorException if the job waits for input
     * @throws AwaitTimeoutException code {@code AWAIT_INTERRUPTED} if the thread is interrupted; its interrupt status stays set, the
     *     job goes on
     */
    JobOutcome await();

    /**
     * Waits for success, like {@link #await()}, but not for ever.
     *
     * @param patience how long at most
     * @return the outcome
     * @throws OperationFailedException as {@link #await()} does
     * @throws NeedsOperatorException if the job waits for input
     * @throws AwaitTimeoutException if the job is still at work then, or the thread is interrupted; the job goes on
     */
    JobOutcome await(Duration patience);

    /**
     * Waits for any end; also while the job waits for a person, who sees in {@link #prompts} what it asks.
     *
     * @param patience how long at most
     * @return the outcome
     * @throws AwaitTimeoutException if the job is still open then, or the thread is interrupted; the job goes on
     */
    JobOutcome awaitEnd(Duration patience);

    /**
     * Waits until the job asks something.
     *
     * @param patience how long at most
     * @return the first prompt, or empty if the job ended without asking
     * @throws AwaitTimeoutException if the job is still at work then, or the thread is interrupted; the job goes on
     */
    Optional<Prompt> awaitPrompt(Duration patience);

    /**
     * Gives a future of the outcome. What depends on it runs on a thread of the engine and must not block; what does uses the
     * {@code …Async} methods.
     *
     * @return a copy that the caller cannot complete for others; it ends at any end of the job, or exceptionally with
     *     {@link RetryableException}, code {@code ENGINE_CLOSED}, when the engine is closed before
     */
    CompletableFuture<JobOutcome> completion();

    /**
     * Asks to cancel: what was done is undone and the item goes back to where it came from.
     *
     * @throws OperationNotAllowedException if the job is past the point of no return or has ended; the remedy says what helps
     */
    void cancel();

    /**
     * Goes on with a failed job from its first step not done.
     *
     * @throws OperationNotAllowedException if the job has not failed
     */
    void retry();

    /**
     * Answers a prompt. The answer is stored before this returns.
     *
     * @param answer the answer
     * @throws InvalidRequestException if the job does not ask for such an answer
     */
    void answer(Answer answer);

    /**
     * Tells what happened so far.
     *
     * @return the report
     */
    JobReport report();
}
