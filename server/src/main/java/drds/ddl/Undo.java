package drds.ddl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drds.error.SqlError;
import drds.transaction.Work;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one statement on one instance is taken back; it can be done again, and where the statement never ran it does nothing. */
sealed interface Undo {
    Logger LOG = LoggerFactory.getLogger(Undo.class);

    /** Can't drop what isn't there; a column or key of that name is there. */
    Set<Integer> NOTHING_TO_TAKE_BACK = Set.of(1091, 1060, 1061);

    void run(Work work);

    ObjectNode write(ObjectNode node);

    /** The table is dropped if it is there: it wasn't before. */
    record DropTable(TableName table) implements Undo {
        @Override
        public void run(Work work) {
            work.execute("DROP TABLE IF EXISTS " + table.quoted());
        }

        @Override
        public ObjectNode write(ObjectNode node) {
            return names(node.put("undo", "drop"), table, table);
        }
    }

    record DropSchema(String schema) implements Undo {
        @Override
        public void run(Work work) {
            work.execute("DROP DATABASE IF EXISTS " + drds.parser.SqlText.identifier(schema));
        }

        @Override
        public ObjectNode write(ObjectNode node) {
            return node.put("undo", "drop schema").put("schema", schema);
        }
    }

    /** A table that was renamed gets its name back. */
    record RenameBack(TableName from, TableName to) implements Undo {
        @Override
        public void run(Work work) {
            if (Definitions.exists(work, to) && !Definitions.exists(work, from)) {
                work.execute("RENAME TABLE " + to.quoted() + " TO " + from.quoted());
            }
        }

        @Override
        public ObjectNode write(ObjectNode node) {
            return names(node.put("undo", "rename"), from, to);
        }
    }

    /** Two tables changed places in one statement: {@code table} went to {@code away}, {@code shadow} became {@code table}. */
    record SwapBack(TableName table, TableName away, TableName shadow) implements Undo {
        @Override
        public void run(Work work) {
            if (Definitions.exists(work, away)) {
                work.execute("RENAME TABLE " + table.quoted() + " TO " + shadow.quoted() + ", " + away.quoted() + " TO "
                        + table.quoted());
            }
        }

        @Override
        public ObjectNode write(ObjectNode node) {
            return names(node.put("undo", "swap"), table, away)
                    .put("shadowSchema", shadow.schema())
                    .put("shadow", shadow.table());
        }
    }

    /**
     * A changed definition is changed back by the inverse statement. Where the definition is neither as it was nor as it
     * became (somebody changed it by hand meanwhile), an inverse that finds nothing to take back is no failure.
     *
     * @param fingerprint of the definition as it was
     */
    record AlterBack(TableName table, String fingerprint, String inverse) implements Undo {
        @Override
        public void run(Work work) {
            if (!Definitions.fingerprint(Definitions.show(work, table)).equals(fingerprint)) {
                try {
                    work.execute(inverse);
                } catch (SqlError error) {
                    if (!NOTHING_TO_TAKE_BACK.contains(error.number())) {
                        throw error;
                    }
                    LOG.warn("{} was changed by somebody else meanwhile: {}", table, error.message());
                }
            }
        }

        @Override
        public ObjectNode write(ObjectNode node) {
            return names(node.put("undo", "alter"), table, table)
                    .put("fingerprint", fingerprint)
                    .put("inverse", inverse);
        }
    }

    /** An empty table (a face) is made again as it was. */
    record Recreate(TableName table, String definition) implements Undo {
        @Override
        public void run(Work work) {
            if (Definitions.exists(work, table)) {
                if (Definitions.show(work, table).equals(definition)) {
                    return;
                }
                work.execute("DROP TABLE " + table.quoted());
            }
            work.execute(Definitions.named(definition, table));
        }

        @Override
        public ObjectNode write(ObjectNode node) {
            return names(node.put("undo", "recreate"), table, table).put("definition", definition);
        }
    }

    /** Any statement that may run again and again. */
    record Again(String sql) implements Undo {
        @Override
        public void run(Work work) {
            work.execute(sql);
        }

        @Override
        public ObjectNode write(ObjectNode node) {
            return node.put("undo", "again").put("sql", sql);
        }
    }

    record Nothing() implements Undo {
        @Override
        public void run(Work work) {}

        @Override
        public ObjectNode write(ObjectNode node) {
            return node.put("undo", "nothing");
        }
    }

    static Undo read(JsonNode node) {
        TableName from =
                new TableName(node.path("schema").asText(), node.path("table").asText());
        TableName to =
                new TableName(node.path("toSchema").asText(), node.path("to").asText());
        String definition = node.path("definition").asText();
        return switch (node.path("undo").asText()) {
            case "drop" -> new DropTable(from);
            case "drop schema" -> new DropSchema(node.path("schema").asText());
            case "rename" -> new RenameBack(from, to);
            case "swap" ->
                new SwapBack(
                        from,
                        to,
                        new TableName(
                                node.path("shadowSchema").asText(),
                                node.path("shadow").asText()));
            case "alter" ->
                new AlterBack(
                        from,
                        node.path("fingerprint").asText(),
                        node.path("inverse").asText());
            case "recreate" -> new Recreate(from, definition);
            case "again" -> new Again(node.path("sql").asText());
            case "nothing" -> new Nothing();
            default -> throw new IllegalStateException("a job says how to undo it in a way that isn't known: " + node);
        };
    }

    private static ObjectNode names(ObjectNode node, TableName from, TableName to) {
        return node.put("schema", from.schema())
                .put("table", from.table())
                .put("toSchema", to.schema())
                .put("to", to.table());
    }
}
