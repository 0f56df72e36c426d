package drds.session;

import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.mysql.ColumnDefinition;
import drds.mysql.CountedAnswer;
import drds.mysql.ResultWriter;
import drds.parser.Condition;
import drds.parser.DataChange;
import drds.parser.Delete;
import drds.parser.ExplainStatement;
import drds.parser.OperatorStatement;
import drds.parser.ParsedStatement;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.SqlText;
import drds.parser.Statement;
import drds.parser.Unparsed;
import drds.parser.Update;
import drds.planner.Advisor;
import drds.planner.Plan;
import drds.planner.PlanText;
import drds.planner.Sharding;
import drds.session.operate.Trace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * EXPLAIN shows DRDS's plan; EXPLAIN EXECUTE and EXPLAIN PHYSICAL what the instances say of their parts of it; DESCRIBE a
 * table's face.
 */
final class ExplainExecution {
    private static final int PLACES_SHOWN = 32;

    private final Session session;
    private final Engine engine;
    private final PlannedStatements planned;

    ExplainExecution(Session session, Engine engine, PlannedStatements planned) {
        this.session = session;
        this.engine = engine;
        this.planned = planned;
    }

    boolean run(ParsedStatement parsed, ExplainStatement statement, ResultWriter out) {
        MemoryResult result = answer(parsed, statement);
        session.diagnostics().selected(result.rows().size());
        result.writeTo(out, session.status());
        return true;
    }

    MemoryResult answer(ParsedStatement parsed, ExplainStatement statement) {
        return switch (statement) {
            case ExplainStatement.Describe describe -> {
                if (describe.table().schema() != null) {
                    session.checkDatabase(describe.table().schema().text());
                }
                yield session.home().query(session.state(), parsed.text());
            }
            case ExplainStatement.ExplainConnection connection ->
                throw ErrorCode.NOT_SUPPORTED.with("EXPLAIN FOR CONNECTION");
            case ExplainStatement.Explain explain -> explain(parsed, explain);
        };
    }

    private MemoryResult explain(ParsedStatement parsed, ExplainStatement.Explain explain) {
        Statement inner = explain.statement();
        if (inner instanceof OperatorStatement.Rebalance rebalance) {
            return new JobStatements(session, engine).explain(rebalance);
        }
        boolean plannable = inner instanceof Query || inner instanceof DataChange || inner instanceof Unparsed;
        if (!plannable) {
            return session.home().query(session.state(), parsed.text());
        }
        String sql = inner.text(parsed.source());
        ParsedStatement statement = session.parse(sql);
        Plan plan = planned.plan(statement, null);
        return switch (explain.form()) {
            case EXECUTE, PHYSICAL -> physical(plan);
            case ANALYZE -> analyze(parsed, explain, statement, plan);
            case LOGIC -> steps(plan);
            case SHARDING -> sharding(statement);
            case COST -> cost(statement, plan);
            case ADVISOR -> advice(statement, plan);
            default -> explain.format() == null ? logical(plan) : formatted(parsed, plan);
        };
    }

    /** A line a row. */
    private static MemoryResult logical(Plan plan) {
        MemoryResult.Builder result = MemoryResult.builder().text("STEP", "PLACE", "SQL");
        PlanText.of(plan).forEach(line -> result.row(line.step(), line.place(), line.sql()));
        return result.build();
    }

    /** FORMAT=JSON and the like: MySQL's own plan, where there is one. */
    private MemoryResult formatted(ParsedStatement parsed, Plan plan) {
        if (plan instanceof Plan.Route route && isHome(route)) {
            return session.home().query(session.state(), parsed.text());
        }
        return logical(plan);
    }

    /** Runs the statement. MariaDB's own ANALYZE is the home instance's; EXPLAIN ANALYZE tells what DRDS did. */
    private MemoryResult analyze(
            ParsedStatement parsed, ExplainStatement.Explain explain, ParsedStatement statement, Plan plan) {
        boolean ofMariaDb = explain.text(parsed.source()).regionMatches(true, 0, "ANALYZE", 0, "ANALYZE".length());
        if (ofMariaDb && plan instanceof Plan.Route route && isHome(route) && !route.write()) {
            return session.home().query(session.state(), parsed.text());
        }
        Trace trace = new Trace();
        CountedAnswer answer = new CountedAnswer();
        session.watch().trace(trace);
        long micros;
        try {
            planned.run(statement, answer);
            micros = trace.micros();
        } finally {
            session.watch().trace(null);
        }
        return analyzed(plan, trace, Math.max(answer.rows(), answer.affectedRows()), micros);
    }

    /** The plan, and below it what went to instances. */
    private static MemoryResult analyzed(Plan plan, Trace trace, long rows, long micros) {
        MemoryResult.Builder result = MemoryResult.builder()
                .text("STEP", "PLACE", "SQL")
                .number("ROWS", "BYTES")
                .text("TIME_MS")
                .number("ROUND_TRIPS");
        PlanText.of(plan).forEach(line -> result.row(line.step(), line.place(), line.sql(), null, null, null, null));
        List<Trace.Step> steps = trace.steps();
        result.row(
                "in all",
                "",
                steps.size() + trace.left() + " statements on instances",
                rows,
                steps.stream().mapToLong(Trace.Step::bytes).sum(),
                OperatorShow.millis(micros),
                steps.stream().mapToInt(Trace.Step::roundTrips).sum());
        for (Trace.Step step : steps) {
            result.row(
                    "  sent",
                    step.group(),
                    step.sql(),
                    step.rows(),
                    step.bytes(),
                    OperatorShow.millis(step.micros()),
                    step.roundTrips());
        }
        return result.build();
    }

    /** The plan without its texts. */
    private static MemoryResult steps(Plan plan) {
        MemoryResult.Builder result = MemoryResult.builder().text("STEP", "PLACE");
        PlanText.of(plan).stream()
                .filter(line -> !line.step().strip().equals("reason"))
                .forEach(line -> result.row(line.step(), line.place()));
        return result.build();
    }

    // ---- SHARDING, COST, ADVISOR ----

    private MemoryResult sharding(ParsedStatement statement) {
        MemoryResult.Builder result = MemoryResult.builder()
                .text("LOGICAL_TABLE", "SHARDING")
                .number("SHARD_COUNT")
                .text("BROADCAST", "CONDITION");
        String condition = condition(statement);
        for (Sharding one : planned.shardings(statement)) {
            Table table = one.definition();
            boolean broadcast = table != null && table.kind() == Table.Kind.BROADCAST;
            result.row(
                    one.table(),
                    table != null && table.kind() == Table.Kind.SHARDED
                            ? places(one.partitions())
                            : one.database() + "." + one.table(),
                    table != null && table.kind() == Table.Kind.SHARDED
                            ? one.partitions().size()
                            : 1,
                    broadcast ? "true" : "false",
                    condition);
        }
        return result.build();
    }

    private static @Nullable String condition(ParsedStatement statement) {
        Condition where = switch (statement.statement()) {
            case Select select -> select.where();
            case Update update -> update.where();
            case Delete delete -> delete.where();
            default -> null;
        };
        return where == null ? null : where.expression().text(statement.source());
    }

    private static String places(List<Table.Partition> partitions) {
        String shown = partitions.stream()
                .limit(PLACES_SHOWN)
                .map(partition -> partition.schema() + "." + partition.table())
                .collect(Collectors.joining(","));
        return partitions.size() > PLACES_SHOWN ? shown + ",..." : shown;
    }

    private MemoryResult cost(ParsedStatement statement, Plan plan) {
        MemoryResult.Builder result =
                MemoryResult.builder().text("STEP", "PLACE", "SQL").number("ROWS");
        PlanText.of(plan).forEach(line -> result.row(line.step(), line.place(), line.sql(), null));
        for (Sharding one : planned.shardings(statement)) {
            result.row(
                    "table " + one.table(),
                    one.of() == 0 ? "whole" : one.partitions().size() + " of " + one.of() + " partitions",
                    one.rows() < 0 ? "no statistics" : "about " + one.rows() + " rows in all",
                    one.rows() < 0 ? null : one.rowsThere());
        }
        return result.build();
    }

    private MemoryResult advice(ParsedStatement statement, Plan plan) {
        MemoryResult.Builder result = MemoryResult.builder().text("ADVICE", "TABLE", "SQL", "REASON");
        Advisor advisor = planned.advisor(statement);
        List<Advisor.Advice> all = new ArrayList<>(advisor.advice());
        all.addAll(missingIndexes(advisor, plan));
        all.forEach(one -> result.row(one.kind(), one.table(), one.sql(), one.reason()));
        if (all.isEmpty()) {
            result.row("NONE", null, null, plan.reason());
        }
        return result.build();
    }

    /** Tables that an instance reads whole although the statement compares columns of theirs with constants. */
    private List<Advisor.Advice> missingIndexes(Advisor advisor, Plan plan) {
        Plan.Fragment one = switch (plan) {
            case Plan.Route route -> new Plan.Fragment(route.group(), -1, route.sql());
            case Plan.Gather gather
            when !gather.queries().isEmpty() -> gather.queries().getFirst();
            default -> null;
        };
        if (one == null) {
            return List.of();
        }
        MemoryResult shown =
                engine.query(one.group(), session.variables().stateWithoutUserVariables(), "EXPLAIN " + one.sql());
        List<String> names =
                shown.columns().stream().map(ColumnDefinition::name).toList();
        int type = names.indexOf("type");
        int table = names.indexOf("table");
        List<Advisor.Advice> found = new ArrayList<>();
        for (int i = 0; type >= 0 && table >= 0 && i < shown.rows().size(); i++) {
            String name = String.valueOf(shown.text(i, table));
            List<String> columns = "ALL".equals(shown.text(i, type)) ? advisor.comparedColumns(name) : List.of();
            if (!columns.isEmpty()) {
                String list = columns.stream().map(SqlText::identifier).collect(Collectors.joining(", "));
                found.add(new Advisor.Advice(
                        "INDEX",
                        name,
                        "ALTER TABLE " + SqlText.identifier(name) + " ADD INDEX (" + list + ")",
                        "the instances read " + name + " from its beginning to its end"));
            }
        }
        return found;
    }

    private boolean isHome(Plan.Route route) {
        return route.group().equals(session.catalog().defaultGroup())
                && route.names().renamings().isEmpty();
    }

    private MemoryResult physical(Plan plan) {
        return switch (plan) {
            case Plan.Route route -> physical(List.of(new Plan.Fragment(route.group(), -1, route.sql())));
            case Plan.Gather gather -> physical(gather.queries());
            case Plan.Spread spread -> physical(spread.statements());
            default -> logical(plan);
        };
    }

    private MemoryResult physical(List<Plan.Fragment> fragments) {
        List<ColumnDefinition> columns = new ArrayList<>();
        List<byte[] @Nullable []> rows = new ArrayList<>();
        for (Plan.Fragment fragment : fragments) {
            MemoryResult part = engine.query(
                    fragment.group(), session.variables().stateWithoutUserVariables(), "EXPLAIN " + fragment.sql());
            if (columns.isEmpty()) {
                columns.add(ColumnDefinition.text("GROUP_NAME"));
                columns.addAll(part.columns());
            }
            for (byte[] @Nullable [] row : part.rows()) {
                byte[] @Nullable [] whole = new byte[row.length + 1][];
                whole[0] = fragment.group().getBytes(StandardCharsets.UTF_8);
                System.arraycopy(row, 0, whole, 1, row.length);
                rows.add(whole);
            }
        }
        return new MemoryResult(columns, rows);
    }
}
