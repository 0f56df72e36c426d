package drds.session;

import drds.catalog.Account;
import drds.catalog.AccountName;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.ddl.TriggerDefinition;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.ResultWriter;
import drds.parser.AccountStatement;
import drds.parser.ParsedStatement;
import drds.parser.ShowStatement;
import drds.parser.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SHOW: from memory and the catalog where only DRDS knows the answer, else from the home instance. */
final class ShowStatements {
    private final Session session;
    private final Engine engine;

    ShowStatements(Session session, Engine engine) {
        this.session = session;
        this.engine = engine;
    }

    boolean run(ParsedStatement parsed, ShowStatement show, ResultWriter out) {
        MemoryResult result = answer(parsed, show);
        if (show.kind() != ShowStatement.Kind.WARNINGS && show.kind() != ShowStatement.Kind.ERRORS) {
            session.diagnostics().selected(result.rows().size());
        }
        result.writeTo(out, session.status());
        return true;
    }

    MemoryResult answer(ParsedStatement parsed, ShowStatement show) {
        MemoryResult topology =
                new TopologyShow(session.catalog(), session.variables().database()).answer(show);
        if (topology != null) {
            return topology;
        }
        MemoryResult operators = new OperatorShow(session, engine).answer(parsed, show);
        if (operators != null) {
            return operators;
        }
        return switch (show.kind()) {
            case WARNINGS, ERRORS -> WarningsShow.answer(show, session.diagnostics());
            case GRANTS -> grants(show.account());
            case CREATE_USER -> createUser(show.account());
            case CREATE_TABLE -> withClause(show, onHome(parsed, show));
            case TABLE_STATUS -> withSizes(show, onHome(parsed, show));
            case TRIGGERS -> withoutGuards(onHome(parsed, show), 3);
            case CREATE_TRIGGER -> withoutGuards(onHome(parsed, show), 2);
            case SEQUENCES -> new SequenceExecution(session, engine).show();
            case VARIABLES -> withOwnValues(onHome(parsed, show));
            case DDL, RECYCLEBIN -> throw ErrorCode.NOT_SUPPORTED.with("SHOW " + show.kind());
            default -> onHome(parsed, show);
        };
    }

    private MemoryResult onHome(ParsedStatement parsed, ShowStatement show) {
        String schema = ShowSql.namedSchema(show);
        if (schema != null && !session.isVisible(schema)) {
            throw ErrorCode.UNKNOWN_DATABASE.with(schema);
        }
        ShowSql sql = new ShowSql(
                engine.informationSchema(session),
                engine.sessions()::processes,
                session.variables().modes());
        return session.home().query(session.state(), sql.textFor(show, parsed.source()));
    }

    // ---- SHOW CREATE TABLE ----

    /** The face's definition with the clause that makes the table what it is in DRDS. */
    private MemoryResult withClause(ShowStatement show, MemoryResult face) {
        String named = ShowSql.namedSchema(show);
        String schema = named != null ? named : session.variables().database();
        Table table = tableOf(show, schema);
        if (schema == null || table == null || face.rows().isEmpty()) {
            return face;
        }
        byte[] @Nullable [] row = face.rows().getFirst().clone();
        String text = engine.ddl().showCreateTable(schema, table, String.valueOf(face.text(0, 1)));
        row[1] = text.getBytes(StandardCharsets.UTF_8);
        return new MemoryResult(face.columns(), List.<byte[] @Nullable []>of(row));
    }

    // ---- SHOW TRIGGERS ----

    /** The triggers of faces are guarded; their users wrote them without that. */
    private static MemoryResult withoutGuards(MemoryResult triggers, int column) {
        List<byte[] @Nullable []> rows = new ArrayList<>();
        for (int i = 0; i < triggers.rows().size(); i++) {
            byte[] @Nullable [] row = triggers.rows().get(i).clone();
            row[column] = TriggerDefinition.withoutGuard(String.valueOf(triggers.text(i, column)))
                    .getBytes(StandardCharsets.UTF_8);
            rows.add(row);
        }
        return new MemoryResult(triggers.columns(), rows);
    }

    // ---- SHOW TABLE STATUS ----

    /** The faces are empty: their partitions' rows and sizes count. */
    private MemoryResult withSizes(ShowStatement show, MemoryResult faces) {
        String named = ShowSql.namedSchema(show);
        String schema = named != null ? named : session.variables().database();
        return schema == null || session.catalog().database(schema) == null
                ? faces
                : engine.tableSizes(Set.of(schema)).in(schema, faces);
    }

    private @Nullable Table tableOf(ShowStatement show, @Nullable String schema) {
        Database database = schema == null ? null : session.catalog().database(schema);
        return database == null || show.object() == null
                ? null
                : database.table(show.object().name().text());
    }

    // ---- SHOW VARIABLES ----

    private MemoryResult withOwnValues(MemoryResult variables) {
        Map<String, String> own = ownVariables();
        List<byte[] @Nullable []> rows = variables.rows().stream()
                .map(row -> {
                    byte[] name = row[0];
                    String value = name == null ? null : own.get(new String(name, StandardCharsets.UTF_8));
                    return value == null ? row : new byte[][] {name, value.getBytes(StandardCharsets.UTF_8)};
                })
                .toList();
        return new MemoryResult(variables.columns(), rows);
    }

    private Map<String, String> ownVariables() {
        SessionFacts facts = session.facts();
        Map<String, String> own = new HashMap<>(session.variables().kept());
        own.put("autocommit", facts.autocommit() ? "ON" : "OFF");
        own.put("in_transaction", facts.inTransaction() ? "1" : "0");
        own.put("port", Integer.toString(facts.server().port()));
        own.put("hostname", facts.server().hostname());
        own.put("server_id", Long.toString(facts.server().serverId()));
        own.put("version_comment", facts.server().versionComment());
        own.put("last_insert_id", Long.toUnsignedString(facts.lastInsertId()));
        own.put("identity", Long.toUnsignedString(facts.lastInsertId()));
        own.put("warning_count", Long.toString(facts.warningCount()));
        own.put("error_count", Long.toString(facts.errorCount()));
        return own;
    }

    // ---- accounts ----

    private MemoryResult grants(AccountStatement.@Nullable Account asked) {
        Account account = account(asked);
        String text = account.name().user() + "@" + account.name().host();
        String grant = "GRANT " + (account.grants() ? "ALL PRIVILEGES" : "USAGE") + " ON *.* TO "
                + quoted(account.name()) + (account.grants() ? " WITH GRANT OPTION" : "");
        return MemoryResult.builder().text("Grants for " + text).row(grant).build();
    }

    private MemoryResult createUser(AccountStatement.@Nullable Account asked) {
        Account account = account(asked);
        String text = account.name().user() + "@" + account.name().host();
        String proof = account.authentication().isEmpty()
                ? ""
                : " IDENTIFIED VIA " + account.plugin() + " USING "
                        + SqlText.string(
                                account.authentication(), session.variables().modes());
        return MemoryResult.builder()
                .text("CREATE USER for " + text)
                .row("CREATE USER " + quoted(account.name()) + proof)
                .build();
    }

    private Account account(AccountStatement.@Nullable Account asked) {
        AccountName name = asked == null || asked.currentUser()
                ? session.account()
                : new AccountName(asked.user(), asked.host() == null ? "%" : asked.host());
        Account account = session.catalog().accounts().get(name);
        if (account == null) {
            throw new SqlError(
                    1141,
                    "42000",
                    "There is no such grant defined for user '" + name.user() + "' on host '" + name.host() + "'");
        }
        return account;
    }

    private static String quoted(AccountName name) {
        return SqlText.identifier(name.user()) + "@" + SqlText.identifier(name.host());
    }
}
