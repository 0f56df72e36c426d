package drds.ddl;

import drds.catalog.Table;
import drds.catalog.Table.Kind;
import drds.catalog.Table.Partition;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.SqlText;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The foreign keys of a sharded table. An instance keeps each of them between neighbours: a partition and the parent's partition
 * of the same number, or the copy of a broadcast parent on the same instance. Everything else is refused with its reason.
 */
final class ForeignKeys {
    private static final Pattern LINE = Pattern.compile(
            "  CONSTRAINT `((?:[^`]|``)+)` FOREIGN KEY \\(([^)]*)\\) REFERENCES (?:`((?:[^`]|``)+)`\\.)?`((?:[^`]|``)+)`"
                    + " \\(([^)]*)\\)(.*?)(,?)");

    /** MySQL's limit for names, less what the number of a partition takes. */
    private static final int NAME_LIMIT = 58;

    private final Cluster cluster;
    private final TableName child;

    ForeignKeys(Cluster cluster, TableName child) {
        this.cluster = cluster;
        this.child = child;
    }

    /** One of them, as SHOW CREATE TABLE of the face gives it. */
    private record Key(
            String name,
            List<String> columns,
            TableName parent,
            List<String> referenced,
            String actions,
            String comma) {
        boolean acts(String on, String action) {
            return actions.toUpperCase(Locale.ROOT).contains("ON " + on + " " + action);
        }

        boolean changes(String on) {
            return acts(on, "CASCADE") || acts(on, "SET NULL") || acts(on, "SET DEFAULT");
        }
    }

    private @Nullable Key read(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return null;
        }
        String schema = matcher.group(3) == null ? child.schema() : plain(matcher.group(3));
        return new Key(
                plain(matcher.group(1)),
                names(matcher.group(2)),
                new TableName(schema, plain(matcher.group(4))),
                names(matcher.group(5)),
                matcher.group(6),
                matcher.group(7));
    }

    private static String plain(String quoted) {
        return quoted.replace("``", "`");
    }

    private static List<String> names(String list) {
        List<String> names = new ArrayList<>();
        for (String name : list.split(",")) {
            String stripped = name.strip();
            names.add(plain(stripped.substring(1, stripped.length() - 1)));
        }
        return names;
    }

    /**
     * Checks the keys of a new table.
     *
     * @param definition of its face
     * @return the parents from whose rows others go along by ON DELETE
     */
    List<TableName> check(String definition, Table table) {
        List<TableName> cascading = new ArrayList<>();
        for (String line : definition.split("\n", -1)) {
            Key key = read(line);
            if (key != null) {
                check(key, table);
                if (key.changes("DELETE")) {
                    cascading.add(key.parent());
                }
            }
        }
        return cascading;
    }

    private void check(Key key, Table table) {
        Table parent = cluster.table(key.parent());
        Rule rule = table.rule();
        if (parent == null || rule == null || parent.kind() == Kind.SINGLE) {
            throw refused(key, "the parent is not in the place of each partition");
        }
        boolean onShardKey = rule.columns().stream()
                .anyMatch(column -> key.columns().stream().anyMatch(column::equalsIgnoreCase));
        if (key.changes("UPDATE") && onShardKey
                || key.changes("DELETE") && !key.acts("DELETE", "CASCADE") && onShardKey) {
            throw refused(key, "the action would change the shard key of a row, which then belongs elsewhere");
        }
        if ((key.changes("UPDATE") || key.changes("DELETE"))
                && !table.storedIndexes().isEmpty()) {
            throw refused(key, "the action is done by the instance, and global indexes would not follow it");
        }
        if (parent.kind() == Kind.SHARDED && !meets(key, table, parent)) {
            throw refused(
                    key,
                    "rows and their parents don't meet in one partition: both tables must have the same rule,"
                            + " over columns that the key has in common");
        }
        if (key.name().length() > NAME_LIMIT) {
            throw refused(key, "its name is longer than " + NAME_LIMIT + " characters");
        }
    }

    /** Whether a row's partition has the number of its parent's. */
    private static boolean meets(Key key, Table table, Table parent) {
        Rule own = table.rule();
        Rule other = parent.rule();
        if (own == null
                || other == null
                || !own.sameDistribution(other)
                || own.columns().size() != other.columns().size()) {
            return false;
        }
        for (int i = 0; i < own.columns().size(); i++) {
            int at = indexOf(key.columns(), own.columns().get(i));
            if (at < 0
                    || !key.referenced()
                            .get(at)
                            .equalsIgnoreCase(other.columns().get(i))) {
                return false;
            }
        }
        for (int i = 0; i < table.partitions().size(); i++) {
            if (!table.partitions()
                    .get(i)
                    .group()
                    .equals(parent.partitions().get(i).group())) {
                return false;
            }
        }
        return true;
    }

    private static int indexOf(List<String> names, String name) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    private SqlError refused(Key key, String why) {
        return ErrorCode.NOT_SUPPORTED.with("FOREIGN KEY " + key.name() + " of " + child + ": " + why);
    }

    /** The definition for a partition: with its neighbours as parents, and with names that each schema has once only. */
    String placed(String definition, Partition partition) {
        List<String> lines = new ArrayList<>();
        for (String line : definition.split("\n", -1)) {
            Key key = read(line);
            lines.add(key == null ? line : placed(key, partition));
        }
        return String.join("\n", lines);
    }

    private String placed(Key key, Partition partition) {
        Table parent = cluster.table(key.parent());
        if (parent == null) {
            throw ErrorCode.NO_SUCH_TABLE.with(
                    key.parent().schema(), key.parent().table());
        }
        String place = key.parent().quoted();
        if (parent.kind() == Kind.SHARDED) {
            Partition neighbour = parent.partitions().get(partition.index());
            place = new TableName(neighbour.schema(), neighbour.table()).quoted();
        }
        return "  CONSTRAINT " + SqlText.identifier(key.name() + "$" + partition.index()) + " FOREIGN KEY ("
                + list(key.columns()) + ") REFERENCES " + place + " (" + list(key.referenced()) + ")" + key.actions()
                + key.comma();
    }

    private static String list(List<String> names) {
        return String.join(",", names.stream().map(SqlText::identifier).toList());
    }
}
