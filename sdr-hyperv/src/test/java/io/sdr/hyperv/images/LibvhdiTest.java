package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.DiskType;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Single disks and chains of up to five, made here, are read identical by libvhdi, with Debian's own Python. */
class LibvhdiTest {
    private static final int SIZE = (9 << 20) + 512;
    private static final int PAGE = 4096;
    private static final String SCRIPT = """
        import hashlib, pyvhdi, sys
        files = []
        for name in sys.argv[1:]:
            file = pyvhdi.file()
            file.open(name)
            files.append(file)
        for child, parent in zip(files, files[1:]):
            child.set_parent(parent)
        top, digest, at = files[0], hashlib.sha256(), 0
        while at < top.get_media_size():
            piece = top.read_buffer_at_offset(min(1 << 20, top.get_media_size() - at), at)
            digest.update(piece)
            at += len(piece)
        print(at, digest.hexdigest())
        """;

    @TempDir
    Path temp;

    /**
     * Layers only write: libvhdi shows the parent's data where a VHDX layer has zeros. And they write whole pages of 4 KiB: of a VHD
     * layer's bitmap it takes all sectors of a byte behind one that is there.
     */
    @ParameterizedTest
    @ValueSource(strings = {"vhdx", "vhd"})
    void chainsReadTheSame(String name) throws Exception {
        Tools tools = new Tools(temp);
        tools.need("/usr/bin/python3", "-c", "import pyvhdi");
        DiskFormat format = ModelTest.format(name);
        LocalFolder folder = LocalFolder.of(temp);
        byte[] model = new byte[SIZE];
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-c", SCRIPT));
        for (int depth = 1; depth <= 5; depth++) {
            String file = "disk" + depth;
            try (VirtualDisk disk = depth == 1
                    ? format.create(folder, file, DiskShape.of(SIZE).blockBytes(1 << 20))
                    : format.createLayer(folder, file, "disk" + (depth - 1))) {
                change(disk, model, new SplittableRandom(depth));
                disk.flush();
            }
            command.add(3, file);
            String theirs = tools.run(command.toArray(String[]::new));
            assertThat(theirs).as("depth " + depth).isEqualTo(said(model));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vhdx, FIXED, 1, 512",
        "vhdx, DYNAMIC, 8, 512",
        "vhdx, FIXED, 8, 4096",
        "vhdx, DYNAMIC, 32, 4096",
        "vhdx, DYNAMIC, 256, 512",
        "vhd, FIXED, 0, 512",
        "vhd, DYNAMIC, 2, 512"
    })
    void singleDisksReadTheSame(String name, DiskType type, int blockMib, int sector) throws Exception {
        Tools tools = new Tools(temp);
        tools.need("/usr/bin/python3", "-c", "import pyvhdi");
        byte[] model = new byte[(9 << 20) + sector];
        DiskShape shape = DiskShape.of(model.length).type(type).sectorBytes(sector);
        DiskFormat format = ModelTest.format(name);
        try (VirtualDisk disk =
                format.create(LocalFolder.of(temp), "disk", blockMib > 0 ? shape.blockBytes(blockMib << 20) : shape)) {
            change(disk, model, new SplittableRandom(blockMib));
            disk.flush();
        }
        assertThat(tools.run("/usr/bin/python3", "-c", SCRIPT, "disk")).isEqualTo(said(model));
    }

    /** What the script says of a disk. */
    private static String said(byte[] content) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
        return content.length + " " + HexFormat.of().formatHex(digest) + "\n";
    }

    private static void change(VirtualDisk disk, byte[] model, SplittableRandom random) {
        for (int i = 0; i < 12; i++) {
            byte[] bytes = new byte[random.nextInt(1, i == 0 ? 700 : 10) * PAGE];
            random.nextBytes(bytes);
            int from = random.nextInt((model.length - bytes.length) / PAGE) * PAGE;
            disk.write(from, ByteBuffer.wrap(bytes));
            System.arraycopy(bytes, 0, model, from, bytes.length);
        }
    }
}
