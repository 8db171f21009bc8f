package io.sdr.hyperv.vhdx;

import io.sdr.hyperv.blocks.Rules;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The parent locator ([MS-VHDX] 2.6.2.6): where a child's parent is, and which it is.
 *
 * @param entries keys and values as they are written
 */
record ParentLocator(Map<String, String> entries) {
    static final UUID TYPE = UUID.fromString("B04AEFB7-D19E-4A81-B789-25B8E9445913");
    static final String LINKAGE = "parent_linkage";
    /** A second parent that is right too: set while a child is merged. */
    static final String LINKAGE2 = "parent_linkage2";

    static final String RELATIVE = "relative_path";
    static final String VOLUME = "volume_path";
    static final String ABSOLUTE = "absolute_win32_path";

    /** Longer items are refused: a few paths take some KiB. */
    static final int MOST_BYTES = 256 << 10;

    private static final int HEADER = 20;
    private static final int ENTRY = 12;
    private static final List<String> PATHS = List.of(RELATIVE, VOLUME, ABSOLUTE);

    ParentLocator {
        entries = Map.copyOf(entries);
    }

    static ParentLocator decode(ByteBuffer item, long fileOffset, Rules rules) {
        item.order(ByteOrder.LITTLE_ENDIAN);
        rules.require(item.limit() >= HEADER, "LOCATOR_SHORT", fileOffset, item.limit(), "at least 20 bytes (2.6.2.6)");
        rules.require(
                Guids.get(item, 0).equals(TYPE), "LOCATOR_TYPE", fileOffset, Guids.get(item, 0), TYPE + " (2.6.2.6.1)");
        int count = item.getShort(18) & 0xFFFF;
        rules.require(
                HEADER + count * ENTRY <= item.limit(),
                "LOCATOR_COUNT",
                fileOffset + 18,
                count + " entries",
                "as many as fit into " + item.limit() + " bytes (2.6.2.6.1)");
        Map<String, String> entries = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            int at = HEADER + i * ENTRY;
            String key = text(item, item.getInt(at), item.getShort(at + 8) & 0xFFFF, fileOffset + at, rules);
            String value = text(item, item.getInt(at + 4), item.getShort(at + 10) & 0xFFFF, fileOffset + at, rules);
            rules.require(
                    entries.put(key, value) == null,
                    "LOCATOR_KEY_TWICE",
                    fileOffset + at,
                    "the key " + key + " again",
                    "each key once (2.6.2.6.2)");
        }
        ParentLocator locator = new ParentLocator(entries);
        locator.check(fileOffset, rules);
        return locator;
    }

    private static String text(ByteBuffer item, int offset, int length, long fileOffset, Rules rules) {
        rules.require(
                offset >= HEADER && length > 0 && length % 2 == 0 && offset <= item.limit() - length,
                "LOCATOR_ENTRY",
                fileOffset,
                "a text of " + length + " bytes at " + Integer.toUnsignedString(offset),
                "UTF-16 text inside the item of " + item.limit() + " bytes (2.6.2.6.2)");
        byte[] bytes = new byte[length];
        item.get(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_16LE);
    }

    private void check(long fileOffset, Rules rules) {
        Optional<String> linkage = Optional.ofNullable(entries.get(LINKAGE));
        rules.require(linkage.isPresent(), "LOCATOR_LINKAGE", fileOffset, "no parent_linkage", "one (2.6.2.6.3)");
        for (String key : List.of(LINKAGE, LINKAGE2)) {
            String value = entries.getOrDefault(key, linkage.orElseThrow());
            rules.require(Guids.isBraced(value), "LOCATOR_LINKAGE", fileOffset, value, "a GUID in braces (2.6.2.6.3)");
        }
        rules.require(
                !paths().isEmpty(),
                "LOCATOR_PATH",
                fileOffset,
                "no path",
                "at least one of relative_path, volume_path, absolute_win32_path (2.6.2.6.3)");
    }

    /** Gives the paths in the order in which they are tried: relative, volume, absolute. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        for (String key : PATHS) {
            Optional.ofNullable(entries.get(key)).ifPresent(paths::add);
        }
        return paths;
    }

    boolean isOf(UUID dataWrite) {
        return Guids.ofBraced(entries.getOrDefault(LINKAGE, "")).equals(dataWrite)
                || Optional.ofNullable(entries.get(LINKAGE2))
                        .map(Guids::ofBraced)
                        .filter(dataWrite::equals)
                        .isPresent();
    }

    ParentLocator with(String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(entries);
        changed.put(key, value);
        return new ParentLocator(changed);
    }

    ByteBuffer encode() {
        List<byte[]> texts = new ArrayList<>();
        List<String> keys = entries.keySet().stream().sorted().toList();
        int bytes = HEADER + keys.size() * ENTRY;
        for (String key : keys) {
            texts.add(key.getBytes(StandardCharsets.UTF_16LE));
            texts.add(entries.getOrDefault(key, "").getBytes(StandardCharsets.UTF_16LE));
        }
        for (byte[] each : texts) {
            bytes += each.length;
        }
        ByteBuffer into = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Guids.put(into, 0, TYPE);
        into.putShort(18, (short) keys.size());
        int at = HEADER + keys.size() * ENTRY;
        for (int i = 0; i < texts.size(); i++) {
            int entry = HEADER + i / 2 * ENTRY;
            byte[] text = texts.get(i);
            into.putInt(entry + i % 2 * 4, at);
            into.putShort(entry + 8 + i % 2 * 2, (short) text.length);
            into.put(at, text);
            at += text.length;
        }
        return into;
    }
}
