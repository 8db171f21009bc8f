package io.sdr.core.call;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import io.sdr.api.spi.CallContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call of the other end while it is served, by a thread of its own. */
final class IncomingCall implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(IncomingCall.class);
    private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** What is called. */
    record Target(Method method, Object object) {}

    private final CallLink link;
    private final long id;
    private final CallLink.Request request;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private long reported = System.nanoTime() - PROGRESS_NANOS;

    IncomingCall(CallLink link, long id, CallLink.Request request) {
        this.link = link;
        this.id = id;
        this.request = request;
    }

    /** How much it was asked with. */
    int bytes() {
        return request.arguments().bytes().length;
    }

    void cancel() {
        cancelled.set(true);
    }

    @Override
    public void run() {
        byte[] response;
        try {
            response = write(new CallLink.Response(Blob.of(value()), Optional.empty()));
        } catch (SdrException e) {
            response = write(new CallLink.Response(Blob.of(new byte[0]), Optional.of(Thrown.of(e))));
        } catch (Error e) {
            link.die(id, e);
            return;
        } catch (RuntimeException e) {
            LOG.error("{} of {}: a mistake in sdr", request.method(), request.object(), e);
            response = write(new CallLink.Response(Blob.of(new byte[0]), Optional.of(Thrown.of(mistake(e)))));
        }
        link.answer(id, CallLink.isTooLong(response) ? write(tooLong(response.length)) : response);
    }

    private CallLink.Response tooLong(int bytes) {
        return new CallLink.Response(
                Blob.of(new byte[0]),
                Optional.of(Thrown.of(new OperationFailedException(Problem.of("ANSWER_TOO_LONG")
                        .attempted("answer " + request.method() + " of " + request.object())
                        .state("the answer has " + bytes + " bytes, which is more than goes over the connection")
                        .remedy("ask for less at once")))));
    }

    private OperationFailedException mistake(RuntimeException e) {
        return new OperationFailedException(Problem.of("UNEXPECTED")
                .attempted("serve " + request.method() + " of " + request.object())
                .state("a mistake in sdr: " + e.getClass().getSimpleName())
                .remedy("report it with the log of the other end"));
    }

    private static byte[] write(CallLink.Response response) {
        return ValueWriter.write(new Type[] {CallLink.Response.class}, new Object[] {response});
    }

    private byte[] value() {
        Target target = link.find(request);
        Method method = target.method();
        Object[] arguments = ValueReader.read(
                method.getGenericParameterTypes(), request.arguments().bytes());
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof CallContext context) {
                arguments[i] = connected(context);
            }
        }
        try {
            Object value = method.invoke(target.object(), arguments);
            return method.getReturnType() == void.class
                    ? new byte[0]
                    : ValueWriter.write(new Type[] {method.getGenericReturnType()}, new Object[] {value});
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("an interface that is served is public", e);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    private CallContext connected(CallContext context) {
        return new CallContext(
                context.item(),
                context.epoch(),
                context.token(),
                context.attempt(),
                context.notAfter(),
                cancelled::get,
                this::report);
    }

    private void report(long done, long total) {
        long now = System.nanoTime();
        if (now - reported >= PROGRESS_NANOS) {
            reported = now;
            link.progress(id, done, total);
        }
    }
}
