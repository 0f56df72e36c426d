package drds.executor;

import drds.catalog.Table;
import drds.catalog.Table.Partition;
import drds.planner.Plan;
import drds.planner.Plan.Target;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The changes of one table by its keys. */
final class KeyedWrites {
    /** So many rows are deleted by one statement. */
    private static final int KEYS_PER_DELETE = 200;

    private final Executor executor;
    private final Execution execution;
    private final Target target;
    private final Table table;
    private final boolean ignore;

    /** By the key's literals; the first row of a key counts. */
    private final Map<List<String>, List<String>> rows = new LinkedHashMap<>();

    private final List<Statement> leaving = new ArrayList<>();
    private final List<Statement> staying = new ArrayList<>();
    private final List<Statement> coming = new ArrayList<>();
    private final List<Statement> leavingOnceCome = new ArrayList<>();

    KeyedWrites(Executor executor, Execution execution, Target target, boolean ignore) {
        this.executor = executor;
        this.execution = execution;
        this.target = target;
        this.table = target.table();
        this.ignore = ignore;
    }

    /** @param counted whether its numbers go to the client: not those of a broadcast table's further copies, nor of moves */
    record Statement(Writes.Write write, boolean counted) {}

    /** Takes a row of the SELECT. */
    void add(String[] literals) {
        List<String> key =
                slice(literals, target.firstKeyOrdinal(), target.keyColumns().size());
        if (absent(key)) {
            return;
        }
        rows.putIfAbsent(
                key,
                slice(literals, target.firstValueOrdinal(), target.setColumns().size()));
    }

    /** True on the nullable side of an outer join. The shard key alone may be NULL in a row that is there. */
    private boolean absent(List<String> key) {
        for (int i = 0; i < key.size(); i++) {
            Table.Column column = table.column(target.keyColumns().get(i));
            if (isNull(key.get(i)) && column != null && !column.nullable()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNull(String literal) {
        return literal.equals("NULL");
    }

    private static List<String> slice(String[] literals, int from, int count) {
        return List.of(literals).subList(from, from + count);
    }

    long matched() {
        return rows.size();
    }

    boolean updates() {
        return !target.setColumns().isEmpty();
    }

    List<Statement> leaving() {
        return leaving;
    }

    List<Statement> staying() {
        return staying;
    }

    List<Statement> coming() {
        return coming;
    }

    /** With IGNORE: for each of {@link #coming} what takes the row from its old place, if it has found room in the new one. */
    List<Statement> leavingOnceCome() {
        return leavingOnceCome;
    }

    /** Makes the statements, when all rows are there. */
    void place() {
        List<Map.Entry<List<String>, List<String>>> all = new ArrayList<>(rows.entrySet());
        List<Integer> from =
                places(target.keyColumns(), all.stream().map(Map.Entry::getKey).toList());
        List<Integer> to = target.moves()
                ? places(
                        target.setColumns(),
                        all.stream().map(Map.Entry::getValue).toList())
                : from;
        Map<Integer, List<List<String>>> deleted = new TreeMap<>();
        for (int i = 0; i < all.size(); i++) {
            List<String> key = all.get(i).getKey();
            List<String> values = all.get(i).getValue();
            if (!updates()) {
                deleted.computeIfAbsent(from.get(i), place -> new ArrayList<>()).add(key);
            } else if (from.get(i).equals(to.get(i))) {
                everywhere(staying, from.get(i), name -> update(name, key, values));
            } else {
                everywhere(ignore ? leavingOnceCome : leaving, from.get(i), name -> delete(name, List.of(key)), false);
                everywhere(coming, to.get(i), name -> insert(name, values), true);
            }
        }
        deleted.forEach((place, keys) -> {
            for (int i = 0; i < keys.size(); i += KEYS_PER_DELETE) {
                List<List<String>> some = keys.subList(i, Math.min(keys.size(), i + KEYS_PER_DELETE));
                everywhere(leaving, place, name -> delete(name, some));
            }
        });
    }

    /** The partition of each row, -1 for tables without partitions. */
    private List<Integer> places(List<String> columns, List<List<String>> values) {
        Rule rule = table.rule();
        if (rule == null || values.isEmpty()) {
            return Collections.nCopies(values.size(), -1);
        }
        List<Plan.Row> asRows = values.stream().map(Plan.Row::new).toList();
        Plan.InsertRows insert =
                new Plan.InsertRows(table, target.database(), "", columns, asRows, "", false, ignore, "");
        InsertedRows keyed = new InsertedRows(executor, execution, insert);
        keyed.findKeys();
        return keyed.keys().stream().map(rule::partition).toList();
    }

    /** A table's name in one place. */
    private interface Text {
        String in(String table);
    }

    private void everywhere(List<Statement> statements, int place, Text text) {
        everywhere(statements, place, text, true);
    }

    private void everywhere(List<Statement> statements, int place, Text text, boolean counted) {
        if (place >= 0) {
            Partition partition = table.partitions().get(place);
            String name = Names.quoted(partition.schema(), partition.table());
            statements.add(new Statement(new Writes.Write(partition.group(), text.in(name)), counted));
            return;
        }
        String name = Names.quoted(target.database(), table.name());
        List<String> groups = table.kind() == Table.Kind.BROADCAST
                ? executor.backends().groups()
                : List.of(execution.catalog().defaultGroup());
        for (int i = 0; i < groups.size(); i++) {
            statements.add(new Statement(new Writes.Write(groups.get(i), text.in(name)), counted && i == 0));
        }
    }

    // ---- the texts ----

    private String update(String name, List<String> key, List<String> values) {
        StringBuilder sql = new StringBuilder(ignore ? "UPDATE IGNORE " : "UPDATE ")
                .append(name)
                .append(" SET ");
        for (int i = 0; i < values.size(); i++) {
            sql.append(i == 0 ? "" : ", ")
                    .append(Names.quoted(target.setColumns().get(i)))
                    .append(" = ")
                    .append(values.get(i));
        }
        return sql.append(" WHERE ").append(condition(key)).toString();
    }

    private String delete(String name, List<List<String>> keys) {
        StringBuilder sql = new StringBuilder(ignore ? "DELETE IGNORE FROM " : "DELETE FROM ").append(name);
        if (target.keyColumns().size() == 1) {
            sql.append(" WHERE ")
                    .append(Names.quoted(target.keyColumns().getFirst()))
                    .append(" IN (");
            return sql.append(
                            String.join(", ", keys.stream().map(List::getFirst).toList()))
                    .append(')')
                    .toString();
        }
        for (int i = 0; i < keys.size(); i++) {
            sql.append(i == 0 ? " WHERE " : " OR ")
                    .append('(')
                    .append(condition(keys.get(i)))
                    .append(')');
        }
        return sql.toString();
    }

    private String condition(List<String> key) {
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < key.size(); i++) {
            sql.append(i == 0 ? "" : " AND ")
                    .append(Names.quoted(target.keyColumns().get(i)))
                    .append(isNull(key.get(i)) ? " IS " : " = ")
                    .append(key.get(i));
        }
        return sql.toString();
    }

    private String insert(String name, List<String> values) {
        return (ignore ? "INSERT IGNORE INTO " : "INSERT INTO ") + name + " ("
                + String.join(
                        ", ", target.setColumns().stream().map(Names::quoted).toList()) + ") VALUES ("
                + String.join(", ", values) + ")";
    }
}
