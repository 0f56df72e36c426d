package drds.session;

import drds.atom.SessionState;
import drds.catalog.Database;
import drds.error.ErrorCode;
import drds.eventual.Context;
import drds.eventual.Deferred;
import drds.eventual.Stamps;
import drds.eventual.Touches;
import drds.mysql.ResultWriter;
import drds.parser.DataChange;
import drds.parser.Delete;
import drds.parser.Expression;
import drds.parser.Insert;
import drds.parser.ParsedStatement;
import drds.parser.Unparsed;
import drds.parser.Update;
import drds.planner.Plan;
import drds.planner.TouchedRow;
import drds.transaction.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /}{@code *+TDDL:defer*}{@code /}: writes a change into an outbox, to be run after the commit. */
final class Deferral {
    private static final int NOTE = 1105;
    private static final String TIMESTAMP = "timestamp";

    private final Session session;
    private final Engine engine;
    private final Dispatch dispatch;

    Deferral(Session session, Engine engine, Dispatch dispatch) {
        this.session = session;
        this.engine = engine;
        this.dispatch = dispatch;
    }

    /** @param statement without hints and question marks */
    boolean run(ParsedStatement statement, ResultWriter out) {
        session.diagnostics().begin(false);
        ParsedStatement parsed = dispatch.withOwnValues(statement);
        Set<HeldTables.Name> tables =
                HeldTables.named(parsed.statement(), session.variables().database());
        if (parsed.statement() instanceof Unparsed) {
            dispatch.planned().describe(parsed, List.of());
        }
        refuse(parsed, tables);
        Plan plan = check(parsed);
        long id = engine.stamps().next();
        String text = parsed.text();
        Deferred entry = new Deferred(
                group(plan),
                id,
                context(parsed, id),
                session.variables().charset().encode(text));
        write(entry, touches(parsed, tables));
        String told = "deferred as " + id;
        session.diagnostics().note(NOTE, "The statement is " + told + ": it is run after the commit");
        session.diagnostics().changed(0, 0);
        out.ok(0, 0, session.status(), session.diagnostics().ofStatement(), told);
        return true;
    }

    private void refuse(ParsedStatement parsed, Set<HeldTables.Name> tables) {
        DataChange.Returning returning = switch (parsed.statement()) {
            case Insert insert -> insert.returning();
            case Update update -> update.returning();
            case Delete delete -> delete.returning();
            default -> throw ErrorCode.BAD_HINT.with("defer is for INSERT, REPLACE, UPDATE and DELETE");
        };
        if (returning != null) {
            throw ErrorCode.BAD_HINT.with("a deferred statement has no rows to return");
        }
        if (!PlannedStatements.VariableUse.in(parsed.statement()).assigned().isEmpty()) {
            throw ErrorCode.BAD_HINT.with("a deferred statement can't set user variables");
        }
        if (tables.stream().anyMatch(session.temporary()::has)) {
            throw ErrorCode.BAD_HINT.with("a deferred statement can't use temporary tables");
        }
    }

    /** What is wrong with the statement itself is told now. */
    private Plan check(ParsedStatement parsed) {
        PlannedStatements planned = dispatch.planned();
        planned.judge(parsed);
        return planned.plan(parsed, null);
    }

    /** Where the commit has to go anyway; else where the statement will go. */
    private String group(Plan plan) {
        String open = session.transaction().cheapestGroup();
        return open != null
                ? open
                : plan instanceof Plan.Route route
                        ? route.group()
                        : engine.catalog().defaultGroup();
    }

    private Context context(ParsedStatement parsed, long id) {
        SessionState state = session.state();
        Map<String, String> variables = new HashMap<>(state.variables());
        variables.putIfAbsent(TIMESTAMP, Stamps.seconds(id));
        return new Context(
                session.variables().charset().name(),
                session.variables().sqlMode(),
                state.currentDatabase(),
                variables,
                userVariables(parsed, state));
    }

    private Map<String, String> userVariables(ParsedStatement parsed, SessionState state) {
        if (!dispatch.planned().triggers(parsed.statement()).isEmpty()) {
            return state.userVariables();
        }
        Map<String, String> named = new HashMap<>();
        parsed.statement().walk(node -> {
            if (node instanceof Expression.UserVariable variable) {
                String name = variable.name().toLowerCase(Locale.ROOT);
                String value = state.userVariables().get(name);
                if (value != null) {
                    named.put(name, value);
                }
            }
        });
        return named;
    }

    private Touches touches(ParsedStatement parsed, Set<HeldTables.Name> tables) {
        if (tables.size() == 1) {
            Optional<TouchedRow> row = dispatch.planned().touchedRow(parsed);
            if (row.isPresent()) {
                return Touches.of(row.get());
            }
        }
        List<List<String>> places = new ArrayList<>();
        for (HeldTables.Name name : tables) {
            Database database = engine.catalog().database(name.database());
            boolean known = database != null && database.table(name.table()) != null;
            // What a view stands for is not looked up: its work waits for all of the database.
            places.add(
                    known ? List.of(name.database(), name.table().toLowerCase(Locale.ROOT)) : List.of(name.database()));
        }
        return new Touches(places);
    }

    private void write(Deferred entry, Touches touches) {
        Transaction transaction = session.transaction();
        transaction.statement(() -> {
            engine.outbox()
                    .add(
                            transaction,
                            session.variables().stateWithoutUserVariables(),
                            entry,
                            touches,
                            engine.deferringSession(session));
            return null;
        });
        transaction.afterCommit(engine.deferredWork()::wake);
    }
}
