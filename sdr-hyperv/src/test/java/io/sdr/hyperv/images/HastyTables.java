package io.sdr.hyperv.images;

import io.sdr.hyperv.blocks.BlockEntry;
import io.sdr.hyperv.blocks.BlockTable;
import io.sdr.hyperv.blocks.ImageFile;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** Tables that break the order of writing of new blocks, or let it be looked at. */
public final class HastyTables {
    private HastyTables() {}

    /** Names space that held another block before it is made zeros; they are written with the payload. */
    public static BlockTable namesBeforeZeros(BlockTable table, ImageFile file) {
        Map<Long, Long> used = new HashMap<>();
        return proxy((proxy, method, arguments) -> {
            Object result = call(table, method, arguments);
            if (result instanceof BlockTable.Room room && !room.zeroed()) {
                used.put((Long) arguments[0], room.position());
                return new BlockTable.Room(room.position(), true);
            }
            if (method.getName().equals("entryToWrite")
                    && BlockEntry.kind((Long) result) != BlockEntry.ABSENT
                    && BlockEntry.kind((Long) result) != BlockEntry.ZERO) {
                Long position = used.remove((Long) arguments[0]);
                if (position != null) {
                    file.writeZeros(position, table.blockBytes());
                }
            }
            return result;
        });
    }

    /** Takes what the parent holds for zeros when a whole block takes its place. */
    public static BlockTable hidesItsParent(BlockTable table) {
        return proxy((proxy, method, arguments) -> {
            Object result = call(table, method, arguments);
            boolean absent =
                    method.getName().equals("entryToWrite") && BlockEntry.kind((Long) result) == BlockEntry.ABSENT;
            return absent ? (Object) BlockEntry.of(BlockEntry.ZERO, 0) : result;
        });
    }

    /** Lets somebody look at the moment at which a block has its room and nothing else was done yet. */
    static BlockTable looking(BlockTable table, Runnable look) {
        return proxy((proxy, method, arguments) -> {
            Object result = call(table, method, arguments);
            if (method.getName().equals("attach")) {
                look.run();
            }
            return result;
        });
    }

    private static BlockTable proxy(InvocationHandler handler) {
        return (BlockTable)
                Proxy.newProxyInstance(BlockTable.class.getClassLoader(), new Class<?>[] {BlockTable.class}, handler);
    }

    private static Object call(BlockTable table, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(table, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
