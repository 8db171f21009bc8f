package io.sdr.core.call;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.core.sync.wire.Frame;
import io.sdr.core.sync.wire.FrameType;
import io.sdr.core.sync.wire.Link;
import io.sdr.core.sync.wire.PayloadReader;
import io.sdr.core.sync.wire.PayloadWriter;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A connection over which either end calls objects of the other one, any number at once, each call in a thread of its own at the end
 * that serves it. When the connection ends, whoever waits for an answer is told that it was lost, and what is being served is
 * cancelled, since nobody waits for it any more. Thread-safe.
 */
public final class CallLink implements AutoCloseable {
    /** Calls of the other end that are served at once; one more is an error of the other end, which waits before it sends that. */
    public static final int MAX_CALLS = 64;

    /** Of these, calls that may take long: those with a context, while others are answered without further calls. */
    static final int MAX_LONG_CALLS = 48;

    private static final int PART_BYTES = FrameType.CALL_PART_BYTES;
    /** What a call may ask with; no interface needs more than some KiB. */
    static final int MAX_REQUEST_BYTES = 4 << 20;
    /** What may be held of the other end's at once: parts of answers and calls, and calls that are being served. */
    private static final int MAX_HELD_BYTES = 64 << 20;
    /** What this end lets the other one hold of its calls, and of its answers. */
    private static final int MAX_SENT_BYTES = MAX_HELD_BYTES / 2;

    private static final int CALL_HEAD_BYTES = 9;
    /** How long the other end has to come to rest when a call was cancelled, unless said otherwise. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Link link;
    private final Executor threads;
    private final Duration patience;
    private final LongSupplier nanoTime;
    private final Map<String, Service> services = new ConcurrentHashMap<>();
    private final Map<Long, OutgoingCall> outgoing = new HashMap<>();
    private final Map<Long, Outstanding.Place> leftBehind = new HashMap<>();
    private final Outstanding asked;
    private final Outstanding answers;
    private final Map<Long, IncomingCall> incoming = new HashMap<>();
    private final Map<Long, ByteArrayOutputStream> parts = new HashMap<>();
    private long partBytes;
    private long servedBytes;
    private long lastId;
    private final List<Runnable> whenOver = new ArrayList<>();
    private boolean isOver;
    private @Nullable SdrException ended;

    /** An object that is served, and the interface through which. */
    private record Service(Class<?> type, Object object) {}

    /** What a call asks for: the object's name, the method's, and what follows. */
    record Request(String object, String method, Blob arguments) {}

    /** What a call gives: a value, or what it threw. */
    record Response(Blob value, Optional<Thrown> thrown) {}

    /**
     * Begins to use a connection. Nothing is received before {@link #run}.
     *
     * @param link the connection; closed with this
     * @param threads runs each call at once in a thread of its own
     */
    public CallLink(Link link, Executor threads) {
        this(link, threads, PATIENCE, System::nanoTime);
    }

    /**
     * Begins to use a connection, with a patience of one's own. Who serves calls by making others needs more for the first than for
     * the others: else it is given up before it could give up itself.
     *
     * @param link the connection; closed with this
     * @param threads runs each call at once in a thread of its own
     * @param patience how long the other end has to come to rest when a call was cancelled
     * @param nanoTime tells the time in nanoseconds
     */
    public CallLink(Link link, Executor threads, Duration patience, LongSupplier nanoTime) {
        this.link = link;
        this.threads = threads;
        this.patience = patience;
        this.nanoTime = nanoTime;
        this.asked = new Outstanding(link.peer(), MAX_CALLS, MAX_LONG_CALLS, MAX_SENT_BYTES);
        this.answers = new Outstanding(link.peer(), MAX_CALLS, MAX_CALLS, MAX_SENT_BYTES);
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    CallLostException unanswered() {
        return CallLostException.unanswered(link.peer(), patience.toSeconds());
    }

    /**
     * Lets the other end call an object.
     *
     * @param name its name
     * @param type the interface
     * @param object the object; thread-safe
     */
    public <T> void serve(String name, Class<T> type, T object) {
        services.put(name, new Service(type, object));
    }

    /**
     * Serves an object no longer. Calls that are being served go on.
     *
     * @param name its name
     */
    public void withdraw(String name) {
        services.remove(name);
    }

    /**
     * Gives an object that calls one of the other end. A {@link CallContext} among the parameters carries its cancel flag and its
     * progress over, too.
     *
     * @param name the object's name there
     * @param type the interface
     * @return the object; its methods throw what the other one's throw, and {@link CallLostException} if the connection broke
     */
    public <T> T remote(String name, Class<T> type) {
        return remote(name, type, CancelFlag.NEVER, patience);
    }

    /**
     * The same for an object whose methods change nothing: a call that is cancelled is left at once, whatever becomes of it.
     *
     * @param name the object's name there
     * @param type the interface
     * @param cancel cancels each call
     * @return the object
     */
    public <T> T remoteToRead(String name, Class<T> type, CancelFlag cancel) {
        return remote(name, type, cancel, Duration.ZERO);
    }

    private <T> T remote(String name, Class<T> type, CancelFlag cancel, Duration patience) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            Object[] all = arguments == null ? new Object[0] : arguments;
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> proxy == all[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> name + " at " + link.peer();
                };
            }
            return call(name, method, all, cancel, patience);
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private @Nullable Object call(
            String object, Method method, Object[] arguments, CancelFlag cancel, Duration patience) {
        byte[] values = ValueWriter.write(method.getGenericParameterTypes(), arguments);
        byte[] request = ValueWriter.write(
                new Type[] {Request.class}, new Object[] {new Request(object, nameOf(method), Blob.of(values))});
        if (request.length > MAX_REQUEST_BYTES) {
            throw new InvalidRequestException(Problem.of("CALL_TOO_LONG")
                    .attempted("call " + method.getName() + " of " + object + " at " + link.peer())
                    .state("it asks with " + request.length + " bytes, " + MAX_REQUEST_BYTES
                            + " are the limit; nothing was sent")
                    .remedy("ask for less at once"));
        }
        Optional<CallContext> context = OutgoingCall.contextOf(arguments);
        CancelFlag unwanted = context.<CancelFlag>map(
                        each -> () -> each.cancel().isSet() || cancel.isSet())
                .orElse(cancel);
        Outstanding.Place place = asked.take(request.length, context.isPresent(), unwanted);
        OutgoingCall call = begun(place, context, cancel, patience);
        try {
            send(FrameType.CALL, call.id(), request, () -> {});
            byte[] answer = call.await();
            Response response = (Response) ValueReader.read(new Type[] {Response.class}, answer)[0];
            if (response.thrown().isPresent()) {
                throw response.thrown().get().asException();
            }
            return method.getReturnType() == void.class
                    ? null
                    : ValueReader.read(
                            new Type[] {method.getGenericReturnType()},
                            response.value().bytes())[0];
        } finally {
            over(call, place);
        }
    }

    private synchronized OutgoingCall begun(
            Outstanding.Place place, Optional<CallContext> context, CancelFlag cancel, Duration patience) {
        if (ended != null) {
            asked.giveBack(place);
            throw new CallLostException(ended);
        }
        OutgoingCall call = new OutgoingCall(this, ++lastId, context, cancel, patience.toNanos());
        outgoing.put(call.id(), call);
        return call;
    }

    /** The other end still works on what was left, and it counts there until it is answered. */
    private synchronized void over(OutgoingCall call, Outstanding.Place place) {
        outgoing.remove(call.id());
        if (call.isAnswered()) {
            asked.giveBack(place);
        } else {
            leftBehind.put(call.id(), place);
        }
    }

    private void send(FrameType type, long id, byte[] bytes, Runnable lastPlaced) {
        try {
            int at = 0;
            do {
                int count = Math.min(PART_BYTES, bytes.length - at);
                PayloadWriter part = new PayloadWriter(CALL_HEAD_BYTES + count)
                        .i64(id)
                        .flag(at + count == bytes.length)
                        .bytes(bytes, at, count);
                at += count;
                link.send(type, part, at == bytes.length ? lastPlaced : () -> {});
            } while (at < bytes.length);
        } catch (SdrException e) {
            throw new CallLostException(e);
        }
    }

    void giveUp(long id) {
        try {
            link.send(FrameType.GIVE_UP, new PayloadWriter(Long.BYTES).i64(id));
        } catch (SdrException e) {
            // then the other end gives up anyway
        }
    }

    void progress(long id, long done, long total) {
        link.send(
                FrameType.CALL_PROGRESS,
                new PayloadWriter(3 * Long.BYTES).i64(id).i64(done).i64(total));
    }

    /**
     * Answers. The other end counts the call until it has the answer, and may call again at once: so it counts here no longer than
     * until the end of the answer is on its way.
     */
    void answer(long id, byte[] response) {
        try {
            Outstanding.Place place = answers.take(response.length, false, CancelFlag.NEVER);
            try {
                send(FrameType.RETURN, id, response, () -> served(id));
            } finally {
                answers.giveBack(place);
            }
        } catch (CallLostException e) {
            // nobody waits for it any more
        } finally {
            served(id);
        }
    }

    /** Whether an answer is one that the other end takes. */
    static boolean isTooLong(byte[] response) {
        return response.length > MAX_SENT_BYTES;
    }

    private synchronized void served(long id) {
        Optional.ofNullable(incoming.remove(id)).ifPresent(each -> servedBytes -= each.bytes());
        notifyAll();
    }

    /** Ends the connection as if this process had ended: for what nobody may handle. */
    void die(long id, Error e) {
        link.abort();
        served(id);
        throw e;
    }

    /**
     * Takes calls and answers until the connection ends, and then waits until nothing is served any more. To be called once, by a
     * thread that is this one's from then on.
     *
     * @param first a frame that was received already
     * @throws SdrException why the connection ended, unless the other end ended it between two frames
     */
    public void run(Optional<Frame> first) {
        SdrException failure = CallLostException.closed(link.peer());
        try {
            for (Optional<Frame> frame = first.or(link::receiveUnlessEnded);
                    frame.isPresent();
                    frame = link.receiveUnlessEnded()) {
                take(frame.get());
            }
        } catch (SdrException e) {
            failure = e;
            throw e;
        } catch (RejectedExecutionException e) {
            failure = CallLostException.closed(link.peer());
            throw failure;
        } finally {
            end(failure);
            awaitServed();
            List<Runnable> waiting;
            synchronized (this) {
                isOver = true;
                waiting = List.copyOf(whenOver);
            }
            waiting.forEach(Runnable::run);
        }
    }

    /**
     * Does something once the connection has ended and nothing is served over it any more; at once if that is so already.
     *
     * @param work what is done; throws nothing
     */
    public void whenOver(Runnable work) {
        synchronized (this) {
            if (!isOver) {
                whenOver.add(work);
                return;
            }
        }
        work.run();
    }

    private void take(Frame frame) {
        PayloadReader from = frame.read();
        long id = from.i64(Long.MAX_VALUE);
        switch (frame.type()) {
            case CALL, RETURN -> {
                boolean last = from.flag();
                take(frame.type(), id, from.bytes(from.remaining()), last);
            }
            case GIVE_UP -> {
                from.end();
                synchronized (this) {
                    Optional.ofNullable(incoming.get(id)).ifPresent(IncomingCall::cancel);
                }
            }
            case CALL_PROGRESS -> {
                long done = from.i64(Long.MAX_VALUE);
                long total = from.i64(Long.MAX_VALUE);
                from.end();
                synchronized (this) {
                    Optional.ofNullable(outgoing.get(id)).ifPresent(each -> each.progress(done, total));
                }
            }
            default -> throw unexpected(frame);
        }
    }

    private static CorruptException unexpected(Frame frame) {
        return new CorruptException(Problem.of("FRAME_UNEXPECTED")
                .attempted("understand the other end of the connection")
                .state("a frame " + frame.type() + " came, a call or an answer was due")
                .remedy("see that both ends run the same version of sdr, then run it again"));
    }

    /** Calls of the other end and answers to this one's have numbers of their own. */
    private void take(FrameType type, long id, byte[] bytes, boolean last) {
        long key = type == FrameType.CALL ? id : -1 - id;
        if (type == FrameType.RETURN && !isAwaited(id, last)) {
            Optional.ofNullable(parts.remove(key)).ifPresent(each -> partBytes -= each.size());
            return; // nobody waits for it, so none of it is kept
        }
        byte[] whole = bytes;
        if (!last || parts.containsKey(key)) {
            ByteArrayOutputStream all = parts.computeIfAbsent(key, number -> new ByteArrayOutputStream());
            checkRoom(type, all.size(), bytes.length);
            all.writeBytes(bytes);
            partBytes += bytes.length;
            if (!last) {
                return;
            }
            parts.remove(key);
            partBytes -= all.size();
            whole = all.toByteArray();
        }
        if (type == FrameType.CALL) {
            begin(id, whole);
        } else {
            synchronized (this) {
                OutgoingCall waiting = outgoing.get(id);
                if (waiting == null) { // it was left just now
                    Optional.ofNullable(leftBehind.remove(id)).ifPresent(asked::giveBack);
                } else {
                    waiting.answered(whole);
                }
            }
        }
    }

    private synchronized boolean isAwaited(long id, boolean last) {
        if (last) {
            Optional.ofNullable(leftBehind.remove(id)).ifPresent(asked::giveBack);
        }
        return outgoing.containsKey(id);
    }

    private synchronized void checkRoom(FrameType type, int before, int more) {
        int most = type == FrameType.CALL ? MAX_REQUEST_BYTES : MAX_HELD_BYTES;
        if (before + more > most) {
            throw ValueReader.malformed("it is longer than " + most + " bytes", null);
        }
        if (parts.size() > 2 * MAX_CALLS || partBytes + servedBytes + more > MAX_HELD_BYTES) {
            throw ValueReader.malformed("together with others it is longer than " + MAX_HELD_BYTES + " bytes", null);
        }
    }

    private void begin(long id, byte[] bytes) {
        Request request = (Request) ValueReader.read(new Type[] {Request.class}, bytes)[0];
        IncomingCall call;
        synchronized (this) {
            if (incoming.size() >= MAX_CALLS || incoming.containsKey(id)) {
                throw ValueReader.malformed("it is one call too many", null);
            }
            call = new IncomingCall(this, id, request);
            incoming.put(id, call);
            servedBytes += call.bytes();
        }
        try {
            threads.execute(call);
        } catch (RejectedExecutionException e) {
            served(id); // this end is being closed: it will never run, and nobody may wait for it
            throw e;
        }
    }

    /** A method's name, with the names of its parameters' types: there may be several of one name. */
    private static String nameOf(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(",", method.getName() + "(", ")"));
    }

    /** Finds what is asked for. */
    IncomingCall.Target find(Request request) {
        Service service = services.get(request.object());
        List<Method> methods = new ArrayList<>();
        if (service != null) {
            for (Method each : service.type().getMethods()) {
                if (nameOf(each).equals(request.method())) {
                    methods.add(each);
                }
            }
        }
        if (service == null || methods.size() != 1) {
            throw new InvalidRequestException(Problem.of("UNKNOWN_CALL")
                    .attempted("call " + request.method() + " of " + request.object())
                    .state("there is none; nothing was changed")
                    .remedy("see that both ends run the same version of sdr"));
        }
        return new IncomingCall.Target(methods.get(0), service.object());
    }

    private void end(SdrException why) {
        List<OutgoingCall> waiting;
        synchronized (this) {
            ended = why;
            waiting = List.copyOf(outgoing.values());
            incoming.values().forEach(IncomingCall::cancel);
        }
        asked.end(why);
        answers.end(why);
        waiting.forEach(each -> each.lost(why));
    }

    /**
     * Waits until nothing is served over this connection, which has ended, so that all of it is cancelled; but no longer than the
     * patience, since what is served may hang.
     */
    public void awaitServedForAWhile() {
        long until = nanoTime() + patience.toNanos();
        boolean interrupted = false;
        synchronized (this) {
            while (!incoming.isEmpty() && nanoTime() - until < 0) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, LOOK_NANOS);
                } catch (InterruptedException e) {
                    interrupted = true; // what is served ends at its next look at its cancel flag
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until nothing is served over this connection. For a connection that has ended, after which nothing new is. */
    private void awaitServed() {
        boolean interrupted = false;
        synchronized (this) {
            while (!incoming.isEmpty()) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true; // what is served ends at its next look at its cancel flag
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Tells whether calls can be made.
     *
     * @return false once the connection has ended
     */
    public synchronized boolean isOpen() {
        return ended == null;
    }

    /** Ends the connection. A second call does nothing. */
    @Override
    public void close() {
        end(CallLostException.closed(link.peer()));
        link.close();
    }
}
