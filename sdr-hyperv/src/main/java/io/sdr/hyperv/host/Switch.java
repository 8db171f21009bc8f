package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.List;

/**
 * A virtual switch of a host.
 *
 * @param id its id
 * @param name its name
 * @param isolated whether it reaches neither the host nor the world
 * @param tags what it was made for
 */
public record Switch(String id, String name, boolean isolated, List<Tag> tags) {
    public Switch {
        tags = List.copyOf(tags);
    }

    static Switch of(ScriptAnswer answer) {
        return new Switch(
                Reading.guid(answer, "network"),
                answer.text("name"),
                answer.text("type").equals("Private"),
                answer.texts("tags").stream()
                        .flatMap(line -> Tag.find(line).stream())
                        .toList());
    }
}
