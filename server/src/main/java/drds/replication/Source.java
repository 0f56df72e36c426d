package drds.replication;

import drds.binlog.BinlogReader;
import drds.binlog.Gtids;
import drds.binlog.TableShape;
import drds.parser.ParserModes;
import drds.parser.SqlText;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** What an instance tells of itself and of a schema whose tables are to be carried away. */
final class Source {
    private static final Set<String> HARMLESS_ACTIONS = Set.of("RESTRICT", "NO ACTION");

    private static final int COMMIT_WAIT_SECONDS = 60;

    private Source() {}

    /** @throws MoveException if its changes can't be followed */
    static void checkBinlog(Work work, String group) {
        String version = Exact.value(work, "SELECT VERSION()");
        if (!version.toLowerCase(Locale.ROOT).contains("mariadb")) {
            throw new MoveException("the instance of " + group + " is no MariaDB (" + version
                    + "): only MariaDB's binary log is followed yet");
        }
        String settings = Exact.value(
                work, "SELECT CONCAT_WS('/', IF(@@log_bin, 1, 0), @@global.binlog_format, @@global.binlog_row_image)");
        if (!settings.equals("1/ROW/FULL")) {
            throw new MoveException("the instance of " + group + " writes no binary log of whole rows (" + settings
                    + "): it needs log_bin, binlog_format = ROW and binlog_row_image = FULL");
        }
        if (!Exact.value(work, "SELECT @@global.log_bin_compress + 0").equals("0")) {
            throw new MoveException("the instance of " + group
                    + " compresses its binary log, which can't be read yet: it needs log_bin_compress = OFF");
        }
    }

    /** Behind all that is committed now. */
    static Gtids position(Work work) {
        return Gtids.parse(Exact.value(work, "SELECT @@gtid_binlog_pos"));
    }

    /** The position of a snapshot that is taken for it: behind all that others see now. */
    static Gtids moment(Work work) {
        work.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
        Gtids moment = Verifier.moment(work);
        work.execute("ROLLBACK");
        return moment;
    }

    /** The names of the transactions that are prepared there, as the binary log tells them. */
    static Set<String> prepared(Work work) {
        Set<String> found = new TreeSet<>();
        for (byte[] @Nullable [] row : work.rows("XA RECOVER")) {
            int global = Integer.parseInt(Exact.text(row[1]));
            byte[] data = row[3] == null ? new byte[0] : row[3];
            found.add(BinlogReader.xid(
                    Long.parseLong(Exact.text(row[0])),
                    Arrays.copyOf(data, global),
                    Arrays.copyOfRange(data, global, data.length)));
        }
        return found;
    }

    /**
     * The tables of a schema by name.
     *
     * @param only the tables that are wanted, empty for all
     * @param entries tables with entries of global indexes: no two of their rows are equal as a whole
     * @throws MoveException if one of them can't be carried
     */
    static Map<String, TableShape> shapes(Work work, String schema, Set<String> only, Set<String> entries) {
        Map<String, TableShape> shapes = new LinkedHashMap<>();
        String where = " WHERE TABLE_SCHEMA = " + literal(schema);
        Map<String, List<String>> keys = keys(work, where);
        Map<String, List<TableShape.Column>> columns = columns(work, where, only);
        for (byte[] @Nullable [] row : work.rows(
                "SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES" + where + " ORDER BY TABLE_NAME")) {
            String table = Exact.text(row[0]);
            if (!only.isEmpty() && !only.contains(table)) {
                continue;
            }
            if (!Exact.text(row[1]).equals("BASE TABLE")) {
                throw new MoveException(
                        schema + "." + table + " is a " + Exact.text(row[1]) + ": that can't be moved yet");
            }
            List<String> key = keys.get(table);
            List<TableShape.Column> all = columns.getOrDefault(table, List.of());
            boolean loose = key == null && entries.contains(table);
            if (loose) {
                key = all.stream()
                        .filter(column -> !column.generated())
                        .map(TableShape.Column::name)
                        .toList();
            }
            if (key == null) {
                throw new MoveException(
                        schema + "." + table + " has neither a primary key nor a unique one without NULL"
                                + " to tell its rows apart: give it a primary key first");
            }
            List<Integer> places = new ArrayList<>();
            for (String name : key) {
                for (int i = 0; i < all.size(); i++) {
                    if (all.get(i).name().equals(name)) {
                        places.add(i);
                    }
                }
            }
            shapes.put(table, new TableShape(schema, table, all, places, loose));
        }
        return shapes;
    }

    /** The primary key's columns, else those of a unique key of whole columns that take no NULL. */
    private static Map<String, List<String>> keys(Work work, String where) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        String sql = "SELECT TABLE_NAME, INDEX_NAME, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX SEPARATOR '\\0')"
                + " FROM information_schema.STATISTICS" + where + " AND NON_UNIQUE = 0"
                + " GROUP BY TABLE_NAME, INDEX_NAME HAVING SUM(NULLABLE = 'YES') = 0 AND SUM(SUB_PART IS NOT NULL) = 0"
                + " ORDER BY TABLE_NAME, INDEX_NAME <> 'PRIMARY', INDEX_NAME";
        for (byte[] @Nullable [] row : work.rows(sql)) {
            found.putIfAbsent(Exact.text(row[0]), List.of(Exact.text(row[2]).split("\0", -1)));
        }
        return found;
    }

    private static Map<String, List<TableShape.Column>> columns(Work work, String where, Set<String> only) {
        Map<String, List<TableShape.Column>> found = new LinkedHashMap<>();
        String sql = "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME,"
                + " IS_GENERATED FROM information_schema.COLUMNS" + where + " ORDER BY TABLE_NAME, ORDINAL_POSITION";
        for (byte[] @Nullable [] row : work.rows(sql)) {
            String table = Exact.text(row[0]);
            if (!only.isEmpty() && !only.contains(table)) {
                continue;
            }
            TableShape.Column column = TableShape.column(
                    Exact.text(row[1]),
                    Exact.text(row[2]),
                    Exact.text(row[3]),
                    row[4] == null ? null : Exact.text(row[4]),
                    Exact.text(row[5]).equals("ALWAYS"));
            if (column == null) {
                throw new MoveException("column " + Exact.text(row[1]) + " of " + table + " is of type "
                        + Exact.text(row[3]) + ", whose values can't be moved yet");
            }
            found.computeIfAbsent(table, name -> new ArrayList<>()).add(column);
        }
        return found;
    }

    /** @throws MoveException if rows there change by themselves, which no binary log tells */
    static void checkCascades(Work work, String schema) {
        for (byte[] @Nullable [] row :
                work.rows("SELECT TABLE_NAME, CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE FROM information_schema."
                        + "REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = " + literal(schema))) {
            if (!HARMLESS_ACTIONS.contains(Exact.text(row[2])) || !HARMLESS_ACTIONS.contains(Exact.text(row[3]))) {
                throw new MoveException("the foreign key " + Exact.text(row[1]) + " of " + Exact.text(row[0])
                        + " has actions, whose changes the binary log doesn't tell: that can't be moved yet");
            }
        }
    }

    /** @return null if there is no such table */
    static @Nullable String definition(Work work, String schema, String table) {
        List<byte[] @Nullable []> rows = work.rows("SHOW CREATE TABLE " + SqlText.qualified(schema, table));
        return rows.isEmpty() ? null : Exact.text(rows.getFirst()[1]);
    }

    /** A definition for a table of another schema. @param text of SHOW CREATE TABLE */
    static String named(String text, String schema, String table) {
        return text.replaceFirst(
                "^CREATE TABLE `(?:[^`]|``)*`",
                Matcher.quoteReplacement("CREATE " + Renames.MARK + " TABLE " + SqlText.qualified(schema, table)));
    }

    /**
     * Waits until all transactions that are prepared now are decided: their changes may stand in the binary log before now, and in no
     * table. One whose XA PREPARE is still running may be in the log and not yet among the prepared ones.
     */
    static void waitForPrepared(Backends backends, String group) throws InterruptedException {
        Set<String> preparing = Work.on(backends, group, Exact.READING, Source::preparing);
        for (int i = 0; i < COMMIT_WAIT_SECONDS * 10 && !preparing.isEmpty(); i++) {
            Thread.sleep(100);
            preparing.retainAll(Work.on(backends, group, Exact.READING, Source::preparing));
        }
        if (!preparing.isEmpty()) {
            throw new MoveException("XA PREPARE runs on " + group + " for " + COMMIT_WAIT_SECONDS
                    + " s: SHOW PROCESSLIST shows it; try again once it has ended");
        }
        Set<String> before = Work.on(backends, group, Exact.READING, Source::prepared);
        for (int i = 0; i < COMMIT_WAIT_SECONDS * 10 && !before.isEmpty(); i++) {
            Thread.sleep(100);
            before.retainAll(Work.on(backends, group, Exact.READING, Source::prepared));
        }
        if (!before.isEmpty()) {
            throw new MoveException("transactions are prepared on " + group + " and undecided for "
                    + COMMIT_WAIT_SECONDS + " s: XA RECOVER shows them; try again once they have ended");
        }
    }

    /** The running statements that prepare a transaction. */
    private static Set<String> preparing(Work work) {
        Set<String> found = new TreeSet<>();
        work.column("SELECT CONCAT(ID, ':', QUERY_ID) FROM information_schema.PROCESSLIST"
                        + " WHERE ID <> CONNECTION_ID() AND INFO RLIKE '(?i)XA[[:space:]]+PREPARE'")
                .forEach(statement -> found.add(Exact.text(statement)));
        return found;
    }

    static List<String> tables(Work work, String schema) {
        return work
                .column("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = " + literal(schema)
                        + " ORDER BY TABLE_NAME")
                .stream()
                .map(Exact::text)
                .toList();
    }

    static String literal(String text) {
        return SqlText.string(text, ParserModes.DEFAULT);
    }
}
