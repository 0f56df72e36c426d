package drds.session;

import drds.atom.SessionState;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.GroupDefinition;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.ParsedStatement;
import drds.parser.ShowStatement;
import drds.parser.SqlText;
import drds.session.operate.ServerStatistics;
import drds.session.operate.ServerStatistics.Count;
import drds.session.operate.SlowLog;
import drds.session.operate.Trace;
import drds.transaction.Outcomes;
import drds.transaction.Transaction;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** DRDS's SHOW statements for who operates it: what went where, what is slow, how much there is to do. */
final class OperatorShow {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);
    private static final Pattern PHYSICAL_ID = Pattern.compile("(\\d+)-(\\d+)-(\\d+)");

    private final Session session;
    private final Engine engine;

    OperatorShow(Session session, Engine engine) {
        this.session = session;
        this.engine = engine;
    }

    /** The answer; null if the statement is not one of these. */
    @Nullable
    MemoryResult answer(ParsedStatement parsed, ShowStatement show) {
        MemoryResult all = switch (show.kind()) {
            case TRACE -> trace();
            case SLOW -> slow(show.full());
            case PHYSICAL_SLOW -> physicalSlow(show.full());
            case STATS -> statistics(show.full());
            case DB_STATUS -> databaseStatus(show);
            case TRANS -> transactions(show);
            case PHYSICAL_PROCESSLIST -> physicalProcesses(show.full());
            case DEFERRED -> new DeferredStatements(session, engine).show();
            case JOBS -> new JobStatements(session, engine).show();
            case CCL_RULES -> new Throttling(session, engine).show(name(show, parsed));
            default -> null;
        };
        if (all == null || ShownTable.isWhole(show)) {
            return all;
        }
        String query = new ShownTable(all, session.variables().modes()).query(show, parsed.source());
        return session.home().query(session.state(), query);
    }

    private static @Nullable String name(ShowStatement show, ParsedStatement parsed) {
        String details = show.details().of(parsed.source()).strip();
        return details.isEmpty() ? null : details.replace("`", "");
    }

    static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()));
    }

    // ---- what a statement did ----

    private MemoryResult trace() {
        MemoryResult.Builder result = MemoryResult.builder()
                .number("ID")
                .text("TIMESTAMP", "TYPE", "GROUP_NAME", "DBKEY_NAME")
                .text("TIME_COST(MS)", "CONNECTION_TIME_COST(MS)")
                .number("ROWS")
                .text("STATEMENT", "PARAMS")
                .number("BYTES", "ROUND_TRIPS");
        Trace trace = session.trace();
        if (trace == null) {
            return result.build();
        }
        int id = 0;
        for (Trace.Step step : trace.steps()) {
            result.row(
                    id++,
                    millis(step.startMicros()),
                    "Query",
                    step.group(),
                    step.instance(),
                    millis(step.micros()),
                    null,
                    step.rows(),
                    step.sql(),
                    null,
                    step.bytes(),
                    step.roundTrips());
        }
        if (trace.left() > 0) {
            result.row(
                    id,
                    null,
                    "Query",
                    null,
                    null,
                    null,
                    null,
                    null,
                    trace.left() + " more statements",
                    null,
                    null,
                    null);
        }
        return result.build();
    }

    static String millis(long micros) {
        return String.format(Locale.ROOT, "%.3f", micros / 1000.0);
    }

    // ---- what was slow ----

    private MemoryResult slow(boolean full) {
        MemoryResult.Builder result = MemoryResult.builder()
                .text("HOST", "DB", "START_TIME")
                .number("EXECUTE_TIME", "AFFECT_ROW")
                .text("SQL");
        for (SlowLog.Statement one : full
                ? engine.slowLog().statements().last()
                : engine.slowLog().statements().slowest()) {
            result.row(one.host(), one.database(), time(one.startMillis()), one.millis(), one.rows(), one.sql());
        }
        return result.build();
    }

    private MemoryResult physicalSlow(boolean full) {
        MemoryResult.Builder result = MemoryResult.builder()
                .text("GROUP_NAME", "DBKEY_NAME", "START_TIME")
                .number("EXECUTE_TIME", "AFFECT_ROW")
                .text("SQL");
        for (SlowLog.Physical one : full
                ? engine.slowLog().physical().last()
                : engine.slowLog().physical().slowest()) {
            result.row(one.group(), one.instance(), time(one.startMillis()), one.millis(), one.rows(), one.sql());
        }
        return result.build();
    }

    // ---- how much there is to do ----

    private MemoryResult statistics(boolean full) {
        ServerStatistics.Recent recent = engine.serverStatistics().recent();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("QPS", rate(recent, Count.STATEMENTS));
        values.put("RDS_QPS", rate(recent, Count.PHYSICAL));
        values.put("SLOW_QPS", rate(recent, Count.SLOW_STATEMENTS));
        values.put("PHYSICAL_SLOW_QPS", rate(recent, Count.SLOW_PHYSICAL));
        values.put("ERROR_PER_SECOND", rate(recent, Count.ERRORS));
        values.put("ACTIVE_CONNECTIONS", engine.sessions().count());
        if (full) {
            values.put("CONNECTION_CREATE_PER_SECOND", rate(recent, Count.CONNECTIONS));
        }
        values.put("RT(MS)", decimal(recent.meanMillis(Count.STATEMENT_NANOS, Count.STATEMENTS)));
        values.put("RDS_RT(MS)", decimal(recent.meanMillis(Count.PHYSICAL_NANOS, Count.PHYSICAL)));
        values.put("THREAD_RUNNING", engine.sessions().running());
        if (full) {
            values.put("HINT_USED_PER_SECOND", rate(recent, Count.HINTS));
            values.put("HINT_USED_COUNT", engine.serverStatistics().total(Count.HINTS));
            Runtime runtime = Runtime.getRuntime();
            double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
            values.put("CPU", decimal(100 * Math.max(0, load) / runtime.availableProcessors()) + "%");
            long used = runtime.totalMemory() - runtime.freeMemory();
            values.put("FREEMEM", decimal(100.0 * (runtime.maxMemory() - used) / runtime.maxMemory()) + "%");
            List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
            values.put("GCCOUNT", sum(collectors, GarbageCollectorMXBean::getCollectionCount));
            values.put("GCTIME(MS)", sum(collectors, GarbageCollectorMXBean::getCollectionTime));
        }
        MemoryResult.Builder result = MemoryResult.builder();
        values.keySet().forEach(result::text);
        return result.row(values.values().toArray()).build();
    }

    private static long sum(
            List<GarbageCollectorMXBean> collectors, java.util.function.ToLongFunction<GarbageCollectorMXBean> value) {
        return collectors.stream().mapToLong(value).filter(one -> one > 0).sum();
    }

    private static String rate(ServerStatistics.Recent recent, Count count) {
        return decimal(recent.perSecond(count));
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    // ---- sizes ----

    private record Size(String schema, String table, long bytes) {}

    private MemoryResult databaseStatus(ShowStatement show) {
        String name = session.variables().database();
        Database database = name == null ? null : session.catalog().database(name);
        if (database == null) {
            throw ErrorCode.NO_DATABASE_SELECTED.with();
        }
        Map<String, List<Size>> sizes = new LinkedHashMap<>();
        Map<String, String> running = new TreeMap<>();
        String like = show.like() == null ? null : show.like().value();
        for (String group : session.catalog().groups().keySet()) {
            running.put(group, running(group));
            sizes.put(group, sizes(group, schemas(database, group), like));
        }
        long total = Math.max(
                1,
                sizes.values().stream()
                        .flatMap(List::stream)
                        .mapToLong(Size::bytes)
                        .sum());
        MemoryResult.Builder result =
                MemoryResult.builder().number("ID").text("NAME", "CONNECTION_STRING", "PHYSICAL_DB");
        if (show.full()) {
            result.text("PHYSICAL_TABLE");
        }
        result.text("SIZE_IN_MB", "RATIO").number("THREAD_RUNNING");
        int id = 1;
        for (Map.Entry<String, List<Size>> entry : sizes.entrySet()) {
            String group = entry.getKey();
            GroupDefinition definition = session.catalog().groups().get(group);
            String where = definition == null
                    ? ""
                    : definition.primary().host() + ":" + definition.primary().port();
            for (Size size : show.full() ? entry.getValue() : bySchema(entry.getValue())) {
                List<@Nullable Object> row = new ArrayList<>(List.of(id++, group, where, size.schema()));
                if (show.full()) {
                    row.add(size.table());
                }
                row.add(decimal(size.bytes() / 1048576.0));
                row.add(decimal(100.0 * size.bytes() / total) + "%");
                row.add(running.get(group));
                result.row(row.toArray());
            }
        }
        return result.build();
    }

    private static List<Size> bySchema(List<Size> sizes) {
        return sizes.stream()
                .collect(Collectors.groupingBy(Size::schema, TreeMap::new, Collectors.summingLong(Size::bytes)))
                .entrySet()
                .stream()
                .map(entry -> new Size(entry.getKey(), "", entry.getValue()))
                .toList();
    }

    /** The physical schemas of a database on a Group. */
    private Set<String> schemas(Database database, String group) {
        Set<String> schemas = new TreeSet<>();
        schemas.add(database.name());
        database.shards().stream()
                .filter(shard -> shard.group().equals(group))
                .forEach(shard -> schemas.add(shard.schema()));
        for (Table table : database.tables().values()) {
            table.partitions().stream()
                    .filter(partition -> partition.group().equals(group))
                    .forEach(partition -> schemas.add(partition.schema()));
        }
        return schemas;
    }

    private List<Size> sizes(String group, Set<String> schemas, @Nullable String like) {
        String names = schemas.stream().map(this::literal).collect(Collectors.joining(", "));
        String sql = "SELECT TABLE_SCHEMA, TABLE_NAME, IFNULL(DATA_LENGTH, 0) + IFNULL(INDEX_LENGTH, 0)"
                + " FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA IN (" + names + ")"
                + (like == null ? "" : " AND TABLE_NAME LIKE " + literal(like)) + " ORDER BY 1, 2";
        MemoryResult found = engine.query(group, SessionState.INITIAL, sql);
        List<Size> sizes = new ArrayList<>();
        for (int i = 0; i < found.rows().size(); i++) {
            sizes.add(new Size(
                    String.valueOf(found.text(i, 0)),
                    String.valueOf(found.text(i, 1)),
                    Long.parseLong(String.valueOf(found.text(i, 2)))));
        }
        return sizes;
    }

    private String literal(String value) {
        return SqlText.string(value, session.variables().modes());
    }

    private @Nullable String running(String group) {
        MemoryResult found = engine.query(group, SessionState.INITIAL, "SHOW GLOBAL STATUS LIKE 'Threads_running'");
        return found.rows().isEmpty() ? null : found.text(0, 1);
    }

    // ---- transactions and processes ----

    /** The open ones, and those of which a client was told that nobody knows how they ended; LIKE asks for one by its name. */
    private MemoryResult transactions(ShowStatement show) {
        MemoryResult.Builder result = MemoryResult.builder()
                .text("TRANS_ID", "TYPE")
                .number("DURATION_MS")
                .text("STATE")
                .number("PROCESS_ID")
                .text("GROUPS");
        String wanted = show.like() == null ? null : show.like().value();
        boolean isOpen = false;
        for (Session one : engine.sessions().all()) {
            Transaction.Open open = one.transaction().open();
            if (open != null && (wanted == null || wanted.equals(open.id()))) {
                isOpen = true;
                result.row(
                        open.id(),
                        open.groups().size() > 1 ? "XA" : "LOCAL",
                        System.currentTimeMillis() - open.sinceMillis(),
                        one.isIdle() ? "IDLE" : "RUNNING",
                        one.id(),
                        String.join(",", open.groups()));
            }
        }
        Outcomes outcomes = engine.outcomes();
        for (Outcomes.Outcome one : wanted == null
                ? outcomes.doubtful()
                : isOpen ? List.<Outcomes.Outcome>of() : List.of(outcomes.of(wanted))) {
            result.row(one.name(), "XA", null, one.state().name().replace('_', ' '), null, null);
        }
        return result.build();
    }

    /** What runs on the instances under DRDS's account, each with the number by which KILL ends it. */
    private MemoryResult physicalProcesses(boolean full) {
        MemoryResult.Builder result = MemoryResult.builder()
                .text("ID", "GROUP_NAME", "USER", "DB", "COMMAND")
                .number("TIME")
                .text("STATE", "INFO");
        int group = 0;
        for (GroupDefinition definition : session.catalog().groups().values()) {
            MemoryResult found = engine.query(
                    definition.name(),
                    SessionState.INITIAL,
                    "SELECT ID, USER, DB, COMMAND, TIME, STATE, INFO FROM information_schema.PROCESSLIST"
                            + " WHERE ID <> CONNECTION_ID() AND USER = "
                            + literal(definition.primary().user())
                            + (full ? "" : " AND COMMAND <> 'Sleep'") + " ORDER BY ID");
            for (int i = 0; i < found.rows().size(); i++) {
                result.row(
                        group + "-0-" + found.text(i, 0),
                        definition.name(),
                        found.text(i, 1),
                        found.text(i, 2),
                        found.text(i, 3),
                        found.text(i, 4),
                        found.text(i, 5),
                        found.text(i, 6));
            }
            group++;
        }
        return result.build();
    }

    /** KILL 'physical id': ends a statement on an instance. @return false if it is no such id */
    static boolean killPhysical(String id, Catalog catalog, Engine engine) {
        Matcher parts = PHYSICAL_ID.matcher(id);
        if (!parts.matches()) {
            return false;
        }
        List<String> groups = List.copyOf(catalog.groups().keySet());
        int group = Integer.parseInt(parts.group(1));
        if (group >= groups.size()) {
            throw ErrorCode.UNKNOWN_THREAD.with(Long.parseLong(parts.group(3)));
        }
        try (HomeConnection connection = engine.at(groups.get(group)).open(SessionState.INITIAL)) {
            connection.command("KILL QUERY " + parts.group(3));
        }
        return true;
    }
}
