package io.sdr.hyperv.powershell;

import io.sdr.api.OperationFailedException;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.spi.CancelFlag;
import io.sdr.hyperv.transport.Exchange;
import io.sdr.hyperv.transport.Limits;
import io.sdr.hyperv.transport.PowerShellTransport;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs scripts of the catalogue on one host and says what their answers and errors mean. Thread-safe. Scripts that only look are
 * tried a second time, at once, if the connection broke or Hyper-V did not answer in time; whatever may have changed something is
 * never repeated here.
 */
public final class PowerShellClient {
    private static final Logger LOG = LoggerFactory.getLogger(PowerShellClient.class);
    private static final int NONCE_BYTES = 16;
    private static final String OUT_OF_TIME = "OUT_OF_TIME";
    /** The far side ends by itself before this side loses its patience, so that its answer is not lost. */
    private static final Duration HEAD_START = Duration.ofSeconds(5);

    /** Codes of what only looked and was not answered. */
    private static final Set<String> UNANSWERED = Set.of("ANSWER_LOST", OUT_OF_TIME);

    private final PowerShellTransport transport;
    private final Supplier<Instant> clock;
    private final SecureRandom random;
    private final AtomicLong numbers = new AtomicLong();

    /**
     * Makes a client.
     *
     * @param transport the way to the host; the caller closes it
     * @param clock tells the present moment, from which patience is counted
     * @param random draws what begins answer lines
     */
    public PowerShellClient(PowerShellTransport transport, Supplier<Instant> clock, SecureRandom random) {
        this.transport = transport;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Names the host.
     *
     * @return the transport's name for it
     */
    public String host() {
        return transport.host();
    }

    /**
     * Runs a script.
     *
     * @param script the script
     * @param arguments its arguments
     * @param notAfter it does not begin, and does not go on, after this moment by the host's clock
     * @param cancel when to give up
     * @return its answer
     * @throws RetryableException if surely nothing happened, or nothing was changed, and the same call may work later: codes
     *     {@code HOST_UNREACHABLE}, {@code ANSWER_LOST} and {@code OUT_OF_TIME} (scripts that only look), {@code BUSY},
     *     {@code STATE_MOVED}, {@code STORAGE_FULL}
     * @throws OutcomeUnknownException if the script may have changed something: codes {@code ANSWER_LOST}, {@code OUT_OF_TIME}
     * @throws io.sdr.api.InvalidRequestException codes {@code REQUEST_TOO_LONG}, {@code UNKNOWN_VM}, {@code NOT_THERE}
     * @throws OperationFailedException for what else the host refuses, with its error in the message; code
     *     {@code HOST_REFUSED} if the host does not let this account in, or is not the host that it should be
     * @throws io.sdr.api.CorruptException code {@code ANSWER_MALFORMED}
     */
    public ScriptAnswer run(Script script, Arguments arguments, Instant notAfter, CancelFlag cancel) {
        boolean reads = script.effect() == Script.Effect.READ;
        try {
            return once(script, arguments, notAfter, cancel);
        } catch (RetryableException broken) {
            boolean timeIsLeft = clock.get().isBefore(notAfter);
            if (!reads || cancel.isSet() || !UNANSWERED.contains(broken.code()) || !timeIsLeft) {
                throw broken;
            }
            LOG.info(
                    "{} on {}: {}; it only looks, so it is tried once more",
                    script.name(),
                    host(),
                    broken.getMessage());
            return once(script, arguments, notAfter, cancel);
        }
    }

    private ScriptAnswer once(Script script, Arguments arguments, Instant notAfter, CancelFlag cancel) {
        String attempted = "run " + script.name() + " on host " + host();
        Duration left = Duration.between(clock.get(), notAfter);
        if (left.isNegative() || left.isZero()) {
            throw new OperationFailedException(Problem.of("TOO_LATE")
                    .attempted(attempted)
                    .state("the moment after which it must not act is past; nothing was sent")
                    .remedy("start again"));
        }
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        Request request = new Request(
                Long.toString(numbers.incrementAndGet()), HexFormat.of().formatHex(nonce), script, arguments, notAfter);
        Exchange exchange = transport.exchange(request.line(), Limits.within(left.plus(HEAD_START), cancel));
        LOG.debug("{} on {}: {}", request, host(), exchange);
        if (!exchange.ending().mayHaveActed()) {
            throw notReached(exchange, attempted);
        }
        // An answer that came whole counts, however the exchange ended afterwards.
        Answers.Found found = Answers.find(request, exchange.output());
        if (found instanceof Answers.Found.Data data) {
            return new ScriptAnswer(script.name(), data.data());
        }
        if (found instanceof Answers.Found.Failed failed) {
            SdrException meaning = ErrorTable.meaning(failed.error(), attempted, host());
            throw script.effect() == Script.Effect.READ ? withoutOutcome(meaning) : meaning;
        }
        throw lost(script, exchange, ((Answers.Found.Nothing) found).why(), attempted);
    }

    /** What only looks has no outcome that somebody would have to find out. */
    private static SdrException withoutOutcome(SdrException meaning) {
        return meaning instanceof OutcomeUnknownException
                ? new RetryableException(
                        Problem.of(meaning.code())
                                .attempted(meaning.problem().attempted())
                                .state(meaning.problem().state() + "; it only looks")
                                .remedy("try again; if it persists look at the load of the host"),
                        meaning)
                : meaning;
    }

    private SdrException notReached(Exchange exchange, String attempted) {
        String state = exchange.detail() + "; nothing was done";
        return exchange.ending() == Exchange.Ending.REFUSED
                ? new OperationFailedException(Problem.of("HOST_REFUSED")
                        .attempted(attempted)
                        .state(state)
                        .remedy("check the account, its key and the host's pinned key"))
                : new RetryableException(Problem.of("HOST_UNREACHABLE")
                        .attempted(attempted)
                        .state(state)
                        .remedy("check that the host runs and can be reached"));
    }

    private SdrException lost(Script script, Exchange exchange, String why, String attempted) {
        String errors = ErrorStream.describe(exchange.errors());
        String state = exchange.ending() + ", " + why
                + (exchange.exitCode().isPresent()
                        ? ", exit code " + exchange.exitCode().getAsInt()
                        : "")
                + (errors.isEmpty() ? "" : ", it said: " + errors);
        if (script.effect() == Script.Effect.READ) {
            return new RetryableException(Problem.of("ANSWER_LOST")
                    .attempted(attempted)
                    .state(state + "; it only looks")
                    .remedy("try again; if it persists look at PowerShell on the host"));
        }
        return new OutcomeUnknownException(
                Problem.of(exchange.ending() == Exchange.Ending.OUT_OF_TIME ? OUT_OF_TIME : "ANSWER_LOST")
                        .attempted(attempted)
                        .state(state + "; it may have acted")
                        .remedy("look at the VM again before anything else"));
    }
}
