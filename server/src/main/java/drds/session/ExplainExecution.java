package drds.session;

import drds.error.ErrorCode;
import drds.mysql.ColumnDefinition;
import drds.mysql.ResultWriter;
import drds.parser.DataChange;
import drds.parser.ExplainStatement;
import drds.parser.ParsedStatement;
import drds.parser.Query;
import drds.parser.Statement;
import drds.parser.Unparsed;
import drds.planner.Plan;
import drds.planner.PlanText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * EXPLAIN shows DRDS's plan; EXPLAIN EXECUTE and EXPLAIN PHYSICAL what the instances say of their parts of it; DESCRIBE a
 * table's face.
 */
final class ExplainExecution {
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
        boolean plannable = inner instanceof Query || inner instanceof DataChange || inner instanceof Unparsed;
        if (!plannable) {
            return session.home().query(session.state(), parsed.text());
        }
        String sql = inner.text(parsed.source());
        Plan plan = planned.plan(session.parse(sql), null);
        return switch (explain.form()) {
            case EXECUTE, PHYSICAL -> physical(plan);
            case ANALYZE -> analyze(parsed, plan);
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

    /** MariaDB's ANALYZE runs the statement. */
    private MemoryResult analyze(ParsedStatement parsed, Plan plan) {
        if (plan instanceof Plan.Route route && isHome(route) && !route.write()) {
            return session.home().query(session.state(), parsed.text());
        }
        throw ErrorCode.NOT_SUPPORTED.with("ANALYZE of a statement over several places");
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
