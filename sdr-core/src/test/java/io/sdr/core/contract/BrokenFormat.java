package io.sdr.core.contract;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.RawFormat;
import io.sdr.testkit.ForgetfulFolder;
import java.util.function.UnaryOperator;

/** Formats that are wrong in one way each, and the test that must notice. */
@SuppressWarnings("ImmutableEnumChecker") // what breaks things keeps no state of its own
enum BrokenFormat {
    WRONG_AT_THE_END("whatIsWrittenComesBack", disks(BrokenDisk.WRONG_AT_THE_END)),
    SKIPS_DATA("whatIsWrittenComesBack", disks(BrokenDisk.SKIPS_DATA)),
    FORGETS_WHAT_IT_HOLDS("ownRangesCoverWhatWasWritten", disks(BrokenDisk.FORGETS_WHAT_IT_HOLDS)),
    DOES_NOT_ZERO("zerosInALayerHideTheParent", disks(BrokenDisk.DOES_NOT_ZERO)),
    IGNORES_ITS_END("rangesOutsideTheDiskAreRefused", disks(BrokenDisk.IGNORES_ITS_END)),
    WRITES_THROUGH_TO_THE_PARENT("writesToALayerNeverReachItsParent", (method, a, good) -> {
        Object answer = good.call(a);
        if (!method.equals("createLayer")) {
            return answer;
        }
        VirtualDisk parent = new RawFormat().open((StorageFolder) a[0], (String) a[2], Access.WRITE);
        return Interceptor.before(VirtualDisk.class, (VirtualDisk) answer, (call, b, layer) -> {
            if (call.equals("write")) {
                parent.write((long) b[0], ((java.nio.ByteBuffer) b[1]).duplicate());
            } else if (call.equals("close")) {
                parent.close();
            }
            return layer.call(b);
        });
    }),
    OVERWRITES_WHAT_IS_THERE("aNewDiskIsAllZeros", (method, a, good) -> {
        if (method.equals("create")) {
            new RawFormat().delete((StorageFolder) a[0], (String) a[1]);
        }
        return good.call(a);
    }),
    DOES_NOT_DELETE("filesAreNamedAndDeleted", (method, a, good) -> method.equals("delete") ? null : good.call(a)),
    ACKNOWLEDGES_BEFORE_FORCING(
            "whatWasFlushedSurvivesAPowerCut",
            (method, a, good) -> good.call(a),
            folder -> new ForgetfulFolder(folder, name -> true));

    private final String test;
    private final Interceptor interceptor;
    private final UnaryOperator<StorageFolder> storage;

    BrokenFormat(String test, Interceptor interceptor) {
        this(test, interceptor, folder -> folder);
    }

    BrokenFormat(String test, Interceptor interceptor, UnaryOperator<StorageFolder> storage) {
        this.test = test;
        this.interceptor = interceptor;
        this.storage = storage;
    }

    private static Interceptor disks(BrokenDisk how) {
        return (method, a, good) -> {
            Object answer = good.call(a);
            return answer instanceof VirtualDisk disk ? how.before(disk) : answer;
        };
    }

    String test() {
        return test;
    }

    DiskFormat format() {
        return Interceptor.before(DiskFormat.class, new RawFormat(), interceptor);
    }

    StorageFolder before(StorageFolder folder) {
        return storage.apply(folder);
    }
}
