package io.sdr.core.contract;

import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;

/** Disks that are wrong in one way each. */
enum BrokenDisk {
    WRONG_AT_THE_END {
        @Override
        Object answer(VirtualDisk disk, String method, Object[] a, Interceptor.Good good) throws Throwable {
            Object answer = good.call(a);
            if (method.equals("read")) {
                ByteBuffer read = (ByteBuffer) a[1];
                int count = read.position();
                long end = (long) a[0] + count;
                if (end == disk.sizeBytes() && count > 0) {
                    read.put(count - 1, (byte) (read.get(count - 1) + 1));
                }
            }
            return answer;
        }
    },
    SKIPS_DATA {
        @Override
        Object answer(VirtualDisk disk, String method, Object[] a, Interceptor.Good good) throws Throwable {
            if (method.equals("extents")) {
                ((ExtentVisitor) a[2]).visit((long) a[0], (long) a[1], Extent.ZERO);
                return null;
            }
            return good.call(a);
        }
    },
    FORGETS_WHAT_IT_HOLDS {
        @Override
        Object answer(VirtualDisk disk, String method, Object[] a, Interceptor.Good good) throws Throwable {
            return method.equals("ownRanges") ? RangeSet.EMPTY : good.call(a);
        }
    },
    DOES_NOT_ZERO {
        @Override
        Object answer(VirtualDisk disk, String method, Object[] a, Interceptor.Good good) throws Throwable {
            return method.equals("zero") ? null : good.call(a);
        }
    },
    IGNORES_ITS_END {
        @Override
        Object answer(VirtualDisk disk, String method, Object[] a, Interceptor.Good good) throws Throwable {
            try {
                return good.call(a);
            } catch (IndexOutOfBoundsException e) {
                return null;
            }
        }
    };

    abstract Object answer(VirtualDisk disk, String method, Object[] a, Interceptor.Good good) throws Throwable;

    VirtualDisk before(VirtualDisk disk) {
        return Interceptor.before(VirtualDisk.class, disk, (method, a, good) -> answer(disk, method, a, good));
    }

    DiskAccess.InProcess before(DiskAccess.InProcess access) {
        return () -> before(access.open());
    }
}
