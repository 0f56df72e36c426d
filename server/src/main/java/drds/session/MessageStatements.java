package drds.session;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.eventual.Outgoing;
import drds.mysql.ResultWriter;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.Literal;
import drds.parser.ParsedStatement;
import drds.parser.QualifiedName;
import drds.parser.Query;
import drds.parser.SqlText;
import drds.parser.Statement;
import drds.parser.TableReference;
import drds.planner.Planner;
import drds.transaction.SystemTables;
import drds.transaction.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code CALL drds.publish(topic, key, body)}, {@code CALL drds.acknowledge(topic, id)}, and SELECT from {@code drds.messages}. */
final class MessageStatements {
    private static final String SCHEMA = "drds";
    private static final String PUBLISH = "publish";
    private static final String ACKNOWLEDGE = "acknowledge";
    private static final HeldTables.Name MESSAGES = new HeldTables.Name(SCHEMA, "messages");
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final int ACKNOWLEDGED_AT_ONCE = 1000;

    private final Session session;
    private final Engine engine;
    private final Dispatch dispatch;

    MessageStatements(Session session, Engine engine, Dispatch dispatch) {
        this.session = session;
        this.engine = engine;
        this.dispatch = dispatch;
    }

    /** Whether the statement is one of these. */
    static boolean are(Statement statement) {
        return switch (statement) {
            case DataChange.Call call ->
                call.procedure().schema() != null
                        && call.procedure().schema().is(SCHEMA)
                        && (call.procedure().name().is(PUBLISH)
                                || call.procedure().name().is(ACKNOWLEDGE));
            case Query query -> names(query);
            default -> false;
        };
    }

    private static boolean names(Query query) {
        boolean[] found = new boolean[1];
        query.walk(node -> found[0] |= switch (node) {
            case TableReference.TableName table -> isMessages(table.name());
            case Query.TableQuery table -> isMessages(table.table());
            default -> false;
        });
        return found[0];
    }

    private static boolean isMessages(QualifiedName name) {
        return name.schema() != null && name.schema().is(SCHEMA) && name.name().is(MESSAGES.table());
    }

    boolean run(ParsedStatement parsed, ResultWriter out) {
        return switch (parsed.statement()) {
            case Query query -> select(parsed, query, out);
            case DataChange.Call call when call.procedure().name().is(PUBLISH) -> publish(parsed, call, out);
            case DataChange.Call call -> acknowledge(parsed, call, out);
            default -> throw new IllegalStateException(parsed.text());
        };
    }

    // ---- publish ----

    private boolean publish(ParsedStatement parsed, DataChange.Call call, ResultWriter out) {
        requireArguments(call, PUBLISH, 3);
        String topic = topic(parsed, call.arguments().getFirst());
        long id = engine.stamps().next();
        String sql = Outgoing.publish(
                id,
                SqlText.string(topic, session.variables().modes()),
                call.arguments().get(1).text(parsed.source()),
                call.arguments().get(2).text(parsed.source()));
        Transaction transaction = session.transaction();
        String open = transaction.cheapestGroup();
        String group = open != null ? open : engine.catalog().defaultGroup();
        onTransaction(group, true, backend -> backend.run(sql));
        transaction.afterCommit(engine.messaging()::wake);
        session.diagnostics().changed(0, 0);
        out.ok(0, 0, session.status(), session.diagnostics().ofStatement(), "published as " + id);
        return true;
    }

    private String topic(ParsedStatement parsed, Expression argument) {
        String topic = argument instanceof Literal.StringLiteral literal
                ? literal.value()
                : engine.home()
                        .query(session.state(), "SELECT " + argument.text(parsed.source()))
                        .text(0, 0);
        if (topic == null || !TOPIC.matcher(topic).matches()) {
            throw ErrorCode.BAD_TOPIC.with(String.valueOf(topic));
        }
        return topic;
    }

    private void requireArguments(DataChange.Call call, String name, int count) {
        if (call.arguments().size() != count) {
            throw ErrorCode.WRONG_NUMBER_OF_ARGUMENTS.with(
                    "PROCEDURE", SCHEMA + "." + name, count, call.arguments().size());
        }
        if (!HeldTables.named(call, "").isEmpty()) {
            throw ErrorCode.NOT_SUPPORTED.with("tables in the arguments of " + SCHEMA + "." + name);
        }
    }

    // ---- read and acknowledge ----

    private boolean select(ParsedStatement parsed, Query query, ResultWriter out) {
        Set<HeldTables.Name> tables =
                HeldTables.named(query, session.variables().database());
        if (!tables.equals(Set.of(MESSAGES))) {
            throw ErrorCode.NOT_SUPPORTED.with("drds.messages together with other tables");
        }
        if (query.into() != null
                || !PlannedStatements.VariableUse.in(query).assigned().isEmpty()) {
            throw ErrorCode.NOT_SUPPORTED.with("drds.messages read into variables or a file");
        }
        MemoryResult result = onTransaction(
                engine.catalog().defaultGroup(),
                Planner.locks(query),
                backend -> HomeConnection.query(backend, parsed.text()));
        return dispatch.result(result, out);
    }

    /** What a consumer has read; in its transaction, so that this and what it made of the messages are one. */
    private boolean acknowledge(ParsedStatement parsed, DataChange.Call call, ResultWriter out) {
        requireArguments(call, ACKNOWLEDGE, 2);
        String topic = SqlText.string(
                topic(parsed, call.arguments().getFirst()), session.variables().modes());
        String id = call.arguments().getLast().text(parsed.source());
        String select = "SELECT `id` FROM " + SystemTables.MESSAGES + " WHERE `topic` = " + topic + " AND `id` <= ("
                + id + ") ORDER BY `id`";
        long removed = onTransaction(engine.catalog().defaultGroup(), true, backend -> {
            List<String> ids = HomeConnection.query(backend, select).rows().stream()
                    .map(row -> Long.toString(number(row[0])))
                    .toList();
            long count = 0;
            // By number, so that no gap is locked into which new messages come.
            for (int from = 0; from < ids.size(); from += ACKNOWLEDGED_AT_ONCE) {
                String some = ids.subList(from, Math.min(ids.size(), from + ACKNOWLEDGED_AT_ONCE)).stream()
                        .collect(Collectors.joining(", "));
                count += backend.run("DELETE FROM " + SystemTables.MESSAGES + " WHERE `id` IN (" + some + ")")
                        .affectedRows();
            }
            return count;
        });
        session.diagnostics().changed(removed, 0);
        out.ok(removed, 0, session.status(), session.diagnostics().ofStatement(), "");
        return true;
    }

    private static long number(byte @Nullable [] digits) {
        return digits == null ? 0 : Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    }

    private <T> T onTransaction(String group, boolean write, Function<Backend, T> work) {
        Transaction transaction = session.transaction();
        SessionState state = session.state();
        return transaction.statement(() -> work.apply(transaction.on(group, write, state)));
    }
}
