package drds.executor;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.catalog.Table;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The definition of a table whose face no temporary table can be made LIKE: InnoDB has no temporary ones with a FULLTEXT index. */
final class FaceDefinition {
    private static final Pattern LEFT_OUT = Pattern.compile("  (FULLTEXT KEY |CONSTRAINT `.*` FOREIGN KEY ).*");

    private FaceDefinition() {}

    /**
     * What follows the table's name in CREATE TABLE, without such indexes.
     *
     * @return null if LIKE does
     */
    static @Nullable String of(String database, Table table, Backend home, SessionState state) {
        if (table.keys().stream().noneMatch(key -> mayBeFulltext(key, table))) {
            return null;
        }
        home.use(state.withVariable("character_set_results", "'utf8mb4'")
                .withVariable("character_set_client", "'utf8mb4'")
                .withVariable("sql_mode", "''")
                .withVariable("sql_quote_show_create", "1"));
        byte[] shown = new Work(home)
                .rows("SHOW CREATE TABLE " + Names.quoted(database, table.name()))
                .getFirst()[1];
        String text = new String(Objects.requireNonNull(shown), StandardCharsets.UTF_8);
        String head = "CREATE TABLE " + Names.quoted(table.name());
        return text.contains("\n  FULLTEXT KEY ") ? without(text.substring(head.length())) : null;
    }

    private static boolean mayBeFulltext(Table.Key key, Table table) {
        return !key.unique()
                && key.columns().stream()
                        .map(table::column)
                        .allMatch(column -> column != null && column.characterSet() != null);
    }

    /** Elements of a definition stand in lines of their own, behind which there is a comma but for the last. */
    private static String without(String body) {
        List<String> kept = new ArrayList<>();
        for (String line : body.split("\n")) {
            if (!LEFT_OUT.matcher(line).matches()) {
                kept.add(line);
            }
        }
        for (int i = 1; i < kept.size(); i++) {
            String before = kept.get(i - 1);
            if (kept.get(i).startsWith(")") && before.endsWith(",")) {
                kept.set(i - 1, before.substring(0, before.length() - 1));
            }
        }
        return String.join("\n", kept);
    }
}
