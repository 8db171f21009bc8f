package io.sdr.hyperv.simulation;

import io.sdr.api.Timekeeper;
import io.sdr.hyperv.transport.Exchange;
import io.sdr.hyperv.transport.Limits;
import io.sdr.hyperv.transport.PowerShellTransport;
import io.sdr.testkit.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;

/**
 * A transport on which things go wrong, by a script of the test: at the n-th exchange, or at the n-th with a certain PowerShell
 * script. A test runs an operation once, counts the exchanges, and runs it again with a fault at each. Thread-safe.
 */
public final class FaultyTransport implements PowerShellTransport {
    /** What goes wrong. */
    public enum Trouble {
        /** The host acts, and the connection breaks before its answer is here. */
        ANSWER_LOST,
        /** The connection breaks before the host has the request. It does nothing, and nobody can know. */
        REQUEST_LOST,
        /** The host cannot be reached: surely nothing happened. */
        UNREACHABLE,
        /** The host does not let the account in. */
        REFUSED,
        /** The host acts, and does not answer in time. */
        OUT_OF_TIME,
        /** The host takes its time, and answers. */
        SLOW,
        /** The answer comes twice. */
        DUPLICATED,
        /** The answer breaks off in its middle. */
        TRUNCATED,
        /** Other text stands around the answer. */
        NOISE,
        /** The request reaches the host twice, one after the other; the second answer is heard. */
        DELIVERED_TWICE,
        /** The connection breaks, and the host acts later. */
        ACTS_LATE;

        /** Whether the caller gets the answer as if nothing had happened. */
        public boolean isHarmless() {
            return this == SLOW || this == DUPLICATED || this == NOISE || this == DELIVERED_TWICE;
        }
    }

    private record Entry(String script, long number, boolean lasting, Trouble trouble) {}

    private static final Duration LATE = Duration.ofSeconds(30);
    private static final Duration SLOWNESS = Duration.ofSeconds(20);

    private final PowerShellTransport transport;
    private final SimulatedWorld world;
    private final SplittableRandom random;
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> log = new ArrayList<>();

    private FaultyTransport(PowerShellTransport transport, SimulatedWorld world, long seed) {
        this.transport = transport;
        this.world = world;
        this.random = new SplittableRandom(seed);
    }

    /**
     * Wraps the way to a host.
     *
     * @param seed decides where answers break off and what the noise is
     */
    public static FaultyTransport to(SimulatedWorld world, String host, long seed) {
        return new FaultyTransport(world.transport(host), world, seed);
    }

    /** Wraps any way to a host of a world. */
    public static FaultyTransport over(PowerShellTransport transport, SimulatedWorld world, long seed) {
        return new FaultyTransport(transport, world, seed);
    }

    /** Lets one exchange go wrong, counted from 1 from now. */
    public synchronized FaultyTransport at(long nth, Trouble trouble) {
        entries.add(new Entry("", log.size() + nth, false, trouble));
        return this;
    }

    /** Lets one exchange with a script go wrong, counted from 1 from now. */
    public synchronized FaultyTransport at(String script, long nth, Trouble trouble) {
        entries.add(new Entry(script, count(script) + nth, false, trouble));
        return this;
    }

    /** Lets every exchange go wrong from now on, until {@link #clear}. */
    public synchronized FaultyTransport always(Trouble trouble) {
        entries.add(new Entry("", log.size() + 1L, true, trouble));
        return this;
    }

    /** Lets nothing go wrong any more. */
    public synchronized void clear() {
        entries.clear();
    }

    /** The scripts of all exchanges so far, in order. */
    public synchronized List<String> log() {
        return List.copyOf(log);
    }

    private long count(String script) {
        return log.stream().filter(script::equals).count();
    }

    @Override
    public String host() {
        return transport.host();
    }

    @Override
    public Exchange exchange(byte[] request, Limits limits) {
        Trouble trouble = arrive(request);
        if (trouble == null) {
            return transport.exchange(request, limits);
        }
        return switch (trouble) {
            case UNREACHABLE -> Exchange.silent(Exchange.Ending.NOT_STARTED, "no connection");
            case REFUSED -> Exchange.silent(Exchange.Ending.REFUSED, "the account was not let in");
            case REQUEST_LOST -> lost();
            case ANSWER_LOST -> {
                Exchange unheard = transport.exchange(request, limits);
                yield unheard.ending().mayHaveActed() ? lost() : unheard;
            }
            case OUT_OF_TIME -> {
                Exchange unheard = transport.exchange(request, limits);
                pass(limits.patience());
                yield unheard.ending().mayHaveActed()
                        ? Exchange.silent(Exchange.Ending.OUT_OF_TIME, "no end in time")
                        : unheard;
            }
            case SLOW -> {
                pass(SLOWNESS);
                yield transport.exchange(request, limits);
            }
            case DUPLICATED -> changed(transport.exchange(request, limits), output -> join(output, output));
            case TRUNCATED ->
                changed(
                        transport.exchange(request, limits),
                        output -> Arrays.copyOf(output, nextInt(Math.max(1, output.length - 1))));
            case NOISE -> changed(transport.exchange(request, limits), output -> join(noise(), output, noise()));
            case DELIVERED_TWICE -> {
                transport.exchange(request, limits);
                yield transport.exchange(request, limits);
            }
            case ACTS_LATE -> {
                Timekeeper time = world.time();
                time.schedule(LATE, () -> transport.exchange(request, limits));
                yield lost();
            }
        };
    }

    private synchronized Trouble arrive(byte[] request) {
        String text =
                JsonMapper.builder().build().readTree(request).get("script").stringValue();
        String script = world.nameOf(text);
        log.add(script);
        Trouble found = null;
        for (Entry entry : List.copyOf(entries)) {
            long number = entry.script().isEmpty() ? log.size() : count(entry.script());
            boolean here = entry.script().isEmpty() || entry.script().equals(script);
            if (here && (entry.lasting() ? number >= entry.number() : number == entry.number())) {
                found = entry.trouble();
                if (!entry.lasting()) {
                    entries.remove(entry);
                }
            }
        }
        return found;
    }

    private void pass(Duration duration) {
        if (world.time() instanceof VirtualTime virtual) {
            virtual.pass(duration);
        }
    }

    private static Exchange lost() {
        return Exchange.silent(Exchange.Ending.LOST, "the connection broke");
    }

    private static Exchange changed(Exchange exchange, java.util.function.UnaryOperator<byte[]> change) {
        return new Exchange(
                exchange.ending(),
                OptionalInt.of(exchange.exitCode().orElse(0)),
                change.apply(exchange.output()),
                exchange.errors(),
                exchange.detail());
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private synchronized int nextInt(int bound) {
        return random.nextInt(bound);
    }

    /** What profiles and modules print: text in any encoding, JSON that is no answer, colours. */
    private byte[] noise() {
        List<String> kinds = List.of(
                "Loading personal profile\u2026\r\n",
                "\u001b[31mWARNUNG\u001b[0m {\"v\":1,\"ok\":true}\n",
                "00ff{\"v\":1,\"id\":\"1\",\"ok\":true,\"data\":{}}\n",
                "\u0000\ufffd\r\n\r\n");
        return kinds.get(nextInt(kinds.size())).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        transport.close();
    }
}
