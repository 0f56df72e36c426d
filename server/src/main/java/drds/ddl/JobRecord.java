package drds.ddl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a job has come, as it lies in ZooKeeper: enough to take all of it back before it is published, or to clean up after.
 *
 * @param statement for people who look at it
 * @param undos of all steps that were begun, in their order
 * @param published whether the catalog has the change
 * @param cleanup what is left to do after that
 * @param touched logical tables whose catalog entry is compared with the home schema after a crash
 */
record JobRecord(
        String statement, List<StepUndo> undos, boolean published, List<Cleanup> cleanup, List<TableName> touched) {
    private static final JsonMapper MAPPER = new JsonMapper();

    record StepUndo(String step, String group, Undo undo) {}

    /** A statement that may run again and again. */
    record Cleanup(String group, String sql) {}

    static JobRecord begin(String statement, List<TableName> touched) {
        return new JobRecord(statement, List.of(), false, List.of(), touched);
    }

    JobRecord withStep(String step, List<Action> actions) {
        List<StepUndo> more = new ArrayList<>(undos);
        actions.forEach(action -> more.add(new StepUndo(step, action.group(), action.undo())));
        return new JobRecord(statement, more, published, cleanup, touched);
    }

    JobRecord asPublished(List<Cleanup> left) {
        return new JobRecord(statement, List.of(), true, left, touched);
    }

    byte[] bytes() {
        ObjectNode node = MAPPER.createObjectNode().put("statement", statement).put("published", published);
        ArrayNode steps = node.putArray("undos");
        undos.forEach(undo ->
                undo.undo().write(steps.addObject().put("step", undo.step()).put("group", undo.group())));
        ArrayNode left = node.putArray("cleanup");
        cleanup.forEach(one -> left.addObject().put("group", one.group()).put("sql", one.sql()));
        ArrayNode names = node.putArray("touched");
        touched.forEach(name -> names.addArray().add(name.schema()).add(name.table()));
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    static JobRecord read(byte[] bytes) {
        try {
            JsonNode node = MAPPER.readTree(new String(bytes, StandardCharsets.UTF_8));
            List<StepUndo> undos = new ArrayList<>();
            node.path("undos")
                    .forEach(undo -> undos.add(new StepUndo(
                            undo.path("step").asText(), undo.path("group").asText(), Undo.read(undo))));
            List<Cleanup> cleanup = new ArrayList<>();
            node.path("cleanup")
                    .forEach(one -> cleanup.add(new Cleanup(
                            one.path("group").asText(), one.path("sql").asText())));
            List<TableName> touched = new ArrayList<>();
            node.path("touched")
                    .forEach(name -> touched.add(
                            new TableName(name.path(0).asText(), name.path(1).asText())));
            return new JobRecord(
                    node.path("statement").asText(),
                    undos,
                    node.path("published").asBoolean(),
                    cleanup,
                    touched);
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("a job is damaged: " + damaged.getOriginalMessage(), damaged);
        }
    }
}
