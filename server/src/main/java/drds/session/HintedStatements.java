package drds.session;

import drds.atom.SessionState;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.ColumnDefinition;
import drds.mysql.ResultWriter;
import drds.parser.DataChange;
import drds.parser.ExplainStatement;
import drds.parser.HintCommand;
import drds.parser.LoadData;
import drds.parser.OperatorStatement;
import drds.parser.ParsedStatement;
import drds.parser.Query;
import drds.parser.ShowStatement;
import drds.planner.Planner;
import drds.session.operate.StatementHints;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements with DRDS's hints: what the hints say holds while the statement runs. */
final class HintedStatements {
    private final Session session;
    private final Engine engine;
    private final Dispatch dispatch;

    HintedStatements(Session session, Engine engine, Dispatch dispatch) {
        this.session = session;
        this.engine = engine;
        this.dispatch = dispatch;
    }

    /** @param statement without hints and question marks */
    boolean run(StatementHints hints, ParsedStatement statement, ResultWriter out) {
        if (!hints.indexes().isEmpty() && !(subject(statement) instanceof Query)) {
            throw ErrorCode.BAD_HINT.with("index() is for queries");
        }
        if (hints.defer()) {
            return new Deferral(session, engine, dispatch).run(statement, out);
        }
        session.hints(hints);
        try {
            HintCommand place = hints.place();
            if (place == null) {
                return dispatch.run(statement, out);
            }
            return switch (statement.statement()) {
                case LoadData load -> throw misplaced();
                case Query query -> dispatch.run(statement, out);
                case DataChange change -> dispatch.run(statement, out);
                case OperatorStatement.Trace trace -> dispatch.run(statement, out);
                case ExplainStatement.Explain explain -> dispatch.run(statement, out);
                case ExplainStatement.Describe describe -> everywhere(statement, place, out);
                case ShowStatement show -> show(statement, show, place, out);
                default -> throw misplaced();
            };
        } finally {
            session.hints(StatementHints.NONE);
        }
    }

    private static Object subject(ParsedStatement statement) {
        return switch (statement.statement()) {
            case OperatorStatement.Trace trace -> trace.statement();
            case ExplainStatement.Explain explain -> explain.statement();
            default -> statement.statement();
        };
    }

    private static SqlError misplaced() {
        return ErrorCode.BAD_HINT.with("node() and scan() are for queries, changes of rows and SHOW");
    }

    /** What preparing the statement tells; physical tables are not known to the home instance. */
    PreparedStatements.Description describe(StatementHints hints, String sql) {
        try {
            return dispatch.describe(sql);
        } catch (SqlError unknown) {
            if (hints.place() == null || unknown.number() != ErrorCode.NO_SUCH_TABLE.number()) {
                throw unknown;
            }
            ColumnDefinition parameter = ColumnDefinition.text("?");
            int count = dispatch.parse(sql).parameters();
            return new PreparedStatements.Description(Collections.nCopies(count, parameter), List.of(), 0);
        }
    }

    // ---- SHOW ----

    private boolean show(ParsedStatement statement, ShowStatement show, HintCommand place, ResultWriter out) {
        boolean own = switch (show.kind()) {
            case TABLES,
                    TABLE_STATUS,
                    COLUMNS,
                    INDEX,
                    CREATE_TABLE,
                    CREATE_VIEW,
                    VARIABLES,
                    STATUS,
                    PROCESSLIST,
                    DATABASES,
                    ENGINES,
                    ENGINE,
                    OPEN_TABLES,
                    CHARACTER_SET,
                    COLLATION,
                    PLUGINS,
                    MASTER_STATUS,
                    REPLICA_STATUS,
                    BINARY_LOGS -> false;
            default -> true;
        };
        if (own) {
            throw misplaced();
        }
        return everywhere(statement, place, out);
    }

    /** In each physical schema, one answer behind the other. */
    private boolean everywhere(ParsedStatement statement, HintCommand place, ResultWriter out) {
        session.diagnostics().begin(false);
        Catalog catalog = session.catalog();
        String name = session.variables().database();
        Database database = name == null ? null : catalog.database(name);
        if (database == null) {
            throw ErrorCode.NO_DATABASE_SELECTED.with();
        }
        List<ColumnDefinition> columns = new ArrayList<>();
        List<byte[] @Nullable []> rows = new ArrayList<>();
        SessionState state = session.variables().stateWithoutUserVariables();
        for (Database.Shard shard : Planner.hintedSchemas(catalog, database, place)) {
            MemoryResult part = engine.query(shard.group(), state.withDatabase(shard.schema()), statement.text());
            if (columns.isEmpty()) {
                columns.addAll(part.columns());
            }
            rows.addAll(part.rows());
        }
        return dispatch.result(new MemoryResult(columns, rows), out);
    }
}
