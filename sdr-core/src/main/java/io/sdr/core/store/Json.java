package io.sdr.core.store;

import io.sdr.api.Answer;
import io.sdr.api.Problem;
import io.sdr.api.Prompt;
import io.sdr.core.job.Values;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The documents inside the rows. What cannot be read is an {@link IllegalArgumentException}. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static String of(Values values) {
        ObjectNode node = MAPPER.createObjectNode();
        values.asMap().forEach(node::put);
        return node.toString();
    }

    static Values values(String json) {
        Map<String, String> texts = new TreeMap<>();
        object(json).properties().forEach(each -> texts.put(each.getKey(), text(each.getValue())));
        return Values.of(texts);
    }

    static String of(List<String> texts) {
        ArrayNode node = MAPPER.createArrayNode();
        texts.forEach(node::add);
        return node.toString();
    }

    static List<String> texts(String json) {
        return texts(read(json));
    }

    static String of(Problem problem) {
        return MAPPER.createObjectNode()
                .put("code", problem.code())
                .put("attempted", problem.attempted())
                .put("state", problem.state())
                .put("remedy", problem.remedy())
                .toString();
    }

    static Problem problem(String json) {
        ObjectNode node = object(json);
        return new Problem(text(node, "code"), text(node, "attempted"), text(node, "state"), text(node, "remedy"));
    }

    static String of(Prompt prompt) {
        ObjectNode node = MAPPER.createObjectNode();
        if (prompt instanceof Prompt.ReadyToComplete) {
            node.put("type", "READY_TO_COMPLETE");
        } else if (prompt instanceof Prompt.Contradiction contradiction) {
            node.put("type", "CONTRADICTION").put("evidence", contradiction.evidence());
        } else {
            node.put("type", "CONFIRMATION");
        }
        node.put("step", prompt.step()).put("question", prompt.question());
        ArrayNode answers = node.putArray("answers");
        prompt.answers().stream().sorted().forEach(each -> answers.add(each.name()));
        return node.toString();
    }

    static Prompt prompt(String json) {
        ObjectNode node = object(json);
        String step = text(node, "step");
        String question = text(node, "question");
        Set<Answer.Kind> answers = EnumSet.noneOf(Answer.Kind.class);
        texts(node.path("answers")).forEach(each -> answers.add(Answer.Kind.valueOf(each)));
        return switch (text(node, "type")) {
            case "READY_TO_COMPLETE" -> new Prompt.ReadyToComplete(step, question);
            case "CONTRADICTION" -> new Prompt.Contradiction(step, question, text(node, "evidence"), answers);
            case "CONFIRMATION" -> new Prompt.Confirmation(step, question, answers);
            default -> throw new IllegalArgumentException("unknown prompt " + json);
        };
    }

    private static List<String> texts(JsonNode node) {
        if (!node.isArray()) {
            throw new IllegalArgumentException("not a list: " + node);
        }
        List<String> texts = new ArrayList<>();
        node.forEach(each -> texts.add(text(each)));
        return texts;
    }

    private static String text(ObjectNode node, String name) {
        return text(node.path(name));
    }

    private static String text(JsonNode node) {
        if (!node.isString()) {
            throw new IllegalArgumentException("not a text: " + node);
        }
        return node.stringValue();
    }

    private static ObjectNode object(String json) {
        if (read(json) instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("not a document: " + json);
    }

    private static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + json, e);
        }
    }
}
