package drds.session;

import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.ResultWriter;
import drds.parser.AlterAction;
import drds.parser.AlterTable;
import drds.parser.CreateTable;
import drds.parser.DataDefinition;
import drds.parser.Distribution;
import drds.parser.ParsedStatement;
import drds.parser.QualifiedName;
import drds.parser.Query;
import drds.parser.Span;
import drds.parser.SqlText;
import drds.planner.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** CREATE, ALTER, TRUNCATE, RENAME and DROP of temporary tables: the kept connection runs them as they stand. */
final class TemporaryDefinitions {
    private final Session session;
    private final Dispatch dispatch;
    private final TemporaryTables temporary;

    TemporaryDefinitions(Session session, Dispatch dispatch) {
        this.session = session;
        this.dispatch = dispatch;
        this.temporary = session.temporary();
    }

    /** Whether the statement is about temporary tables, at least in part. */
    boolean concerns(DataDefinition definition) {
        return switch (definition) {
            case CreateTable create -> create.temporary();
            case DataDefinition.DropTable drop ->
                drop.temporary() || drop.tables().stream().anyMatch(this::isTemporary);
            case AlterTable alter -> isTemporary(alter.table());
            case DataDefinition.TruncateTable truncate -> isTemporary(truncate.table());
            case DataDefinition.CreateIndex create -> isTemporary(create.table());
            case DataDefinition.DropIndex drop -> isTemporary(drop.table());
            case DataDefinition.RenameTable rename ->
                rename.renamings().stream().anyMatch(one -> isTemporary(one.from()));
            default -> false;
        };
    }

    boolean run(ParsedStatement parsed, DataDefinition definition, ResultWriter out) {
        return switch (definition) {
            case CreateTable create -> create(parsed, create, out);
            case DataDefinition.DropTable drop -> drop(parsed, drop, out);
            case AlterTable alter -> change(parsed, List.of(alter.table()), renamedTo(alter), out);
            case DataDefinition.TruncateTable truncate -> change(parsed, List.of(truncate.table()), List.of(), out);
            case DataDefinition.CreateIndex create -> change(parsed, List.of(create.table()), List.of(), out);
            case DataDefinition.DropIndex drop -> change(parsed, List.of(drop.table()), List.of(), out);
            case DataDefinition.RenameTable rename -> rename(parsed, rename, out);
            default -> throw new IllegalStateException("not of a temporary table");
        };
    }

    private boolean isTemporary(QualifiedName name) {
        String database = database(name);
        return database != null
                && temporary.has(new HeldTables.Name(database, name.name().text()));
    }

    private @Nullable String database(QualifiedName name) {
        return name.schema() == null
                ? session.variables().database()
                : name.schema().text();
    }

    private HeldTables.Name key(QualifiedName name) {
        String database = database(name);
        if (database == null) {
            throw ErrorCode.NO_DATABASE_SELECTED.with();
        }
        session.checkDatabase(database);
        return new HeldTables.Name(database, name.name().text());
    }

    // ---- the kept connection ----

    /** Runs a text there as it stands. */
    private QuietAnswer run(ParsedStatement parsed, String sql) {
        String home = session.catalog().defaultGroup();
        session.transaction().keep(home, session.state());
        session.transaction().useKept(true, true);
        QuietAnswer answer = new QuietAnswer();
        try {
            String database = session.variables().database();
            Plan.Names names = new Plan.Names(database == null ? "" : database, List.of());
            dispatch.planned().run(new Plan.Route(home, sql, true, names, "a temporary table"), parsed, answer);
            return answer;
        } finally {
            temporary.statementOver();
        }
    }

    private boolean answered(QuietAnswer answer, ResultWriter out) {
        out.ok(
                answer.affectedRows(),
                answer.lastInsertId(),
                session.status(),
                session.diagnostics().ofStatement(),
                answer.info());
        return true;
    }

    // ---- CREATE ----

    private boolean create(ParsedStatement parsed, CreateTable create, ResultWriter out) {
        if (create.distribution() != null && !(create.distribution() instanceof Distribution.Single)
                || create.partitionBy() != null) {
            throw ErrorCode.NOT_SUPPORTED.with("a temporary table with partitions");
        }
        HeldTables.Name name = key(create.table());
        session.holdTables(
                HeldTables.named(parsed.statement(), session.variables().database()));
        Query query = create.query();
        boolean keepsOld = temporary.has(name) && !create.orReplace();
        Plan source = query == null || keepsOld ? null : sourceElsewhere(query, parsed);
        String text = withoutDistribution(parsed, create);
        if (query == null || source == null) {
            return createThere(parsed, name, text, out);
        }
        int columns = dispatch.planned()
                .describe(session.parse(query.text(parsed.source())), List.of())
                .columns()
                .size();
        boolean readsTemporary = temporary.named(query, session.variables().database());
        run(parsed, text);
        boolean filled = false;
        try {
            run(parsed, "DELETE FROM " + SqlText.qualified(name.database(), name.table()));
            temporary.learn(name, session.state());
            QuietAnswer answer = fill(parsed, create, name, source, columns, readsTemporary);
            filled = true;
            return answered(answer, out);
        } finally {
            if (!filled) {
                undo(parsed, name);
            }
        }
    }

    private static String withoutDistribution(ParsedStatement parsed, CreateTable create) {
        String source = parsed.source();
        Span span = create.distribution() == null ? null : create.distribution().span();
        return span == null
                ? parsed.text()
                : source.substring(create.start(), span.start()) + source.substring(span.end(), create.end());
    }

    private boolean createThere(ParsedStatement parsed, HeldTables.Name name, String text, ResultWriter out) {
        QuietAnswer answer = run(parsed, text);
        temporary.learn(name, session.state());
        return answered(answer, out);
    }

    /** How the rows of CREATE ... SELECT are read; null where the kept connection can do that for itself. */
    private @Nullable Plan sourceElsewhere(Query query, ParsedStatement parsed) {
        ParsedStatement select = session.parse(query.text(parsed.source()));
        Plan plan = dispatch.planned().plan(select, null);
        boolean there = plan instanceof Plan.Route route
                && route.group().equals(session.catalog().defaultGroup())
                && route.names().renamings().isEmpty();
        return there ? null : plan;
    }

    private QuietAnswer fill(
            ParsedStatement parsed,
            CreateTable create,
            HeldTables.Name name,
            Plan source,
            int columnCount,
            boolean readsTemporary) {
        Table table = temporary.table(name);
        List<String> columns = table.columns().stream().map(Table.Column::name).toList();
        String lead = create.querySpan() == null
                ? ""
                : create.querySpan().of(parsed.source()).toUpperCase(Locale.ROOT);
        boolean ignore = lead.startsWith("IGNORE");
        boolean replace = lead.startsWith("REPLACE");
        Plan.InsertRows insert = new Plan.InsertRows(
                table,
                name.database(),
                replace ? "REPLACE INTO " : ignore ? "INSERT IGNORE INTO " : "INSERT INTO ",
                columns.subList(columns.size() - columnCount, columns.size()),
                List.of(),
                "",
                replace,
                ignore,
                "the rows come from a query");
        QuietAnswer answer = new QuietAnswer();
        session.transaction().useKept(true, readsTemporary);
        try {
            dispatch.planned()
                    .run(new Plan.InsertSelect(source, insert, false, "the rows come from a query"), parsed, answer);
        } finally {
            temporary.statementOver();
        }
        return answer;
    }

    private void undo(ParsedStatement parsed, HeldTables.Name name) {
        temporary.forget(name);
        Diagnostics diagnostics = session.diagnostics();
        List<Diagnostics.Condition> conditions = diagnostics.conditions();
        run(parsed, "DROP TEMPORARY TABLE IF EXISTS " + SqlText.qualified(name.database(), name.table()));
        diagnostics.warnings(conditions, 0);
    }

    // ---- the others ----

    /** These end the open transaction, for temporary tables too. */
    private boolean change(
            ParsedStatement parsed, List<QualifiedName> tables, List<QualifiedName> renamed, ResultWriter out) {
        session.transaction().commit();
        session.releaseTables();
        QuietAnswer answer = run(parsed, parsed.text());
        for (QualifiedName table : tables) {
            temporary.learn(key(table), session.state());
        }
        for (QualifiedName table : renamed) {
            temporary.learn(key(table), session.state());
        }
        return answered(answer, out);
    }

    private static List<QualifiedName> renamedTo(AlterTable alter) {
        return alter.actions().stream()
                .filter(AlterAction.RenameTo.class::isInstance)
                .map(action -> ((AlterAction.RenameTo) action).to())
                .toList();
    }

    private boolean rename(ParsedStatement parsed, DataDefinition.RenameTable rename, ResultWriter out) {
        if (!rename.renamings().stream().allMatch(one -> isTemporary(one.from()))) {
            throw ErrorCode.NOT_SUPPORTED.with("RENAME TABLE of temporary tables together with others");
        }
        return change(
                parsed,
                rename.renamings().stream().map(DataDefinition.Renaming::from).toList(),
                rename.renamings().stream().map(DataDefinition.Renaming::to).toList(),
                out);
    }

    private boolean drop(ParsedStatement parsed, DataDefinition.DropTable drop, ResultWriter out) {
        List<QualifiedName> own = new ArrayList<>();
        List<QualifiedName> others = new ArrayList<>();
        drop.tables().forEach(table -> (drop.temporary() || isTemporary(table) ? own : others).add(table));
        if (!drop.temporary()) {
            session.transaction().commit();
            session.releaseTables();
        }
        List<HeldTables.Name> names = own.stream().map(this::key).toList();
        String list = names.stream()
                .map(name -> SqlText.qualified(name.database(), name.table()))
                .collect(Collectors.joining(", "));
        QuietAnswer answer;
        try {
            answer = run(parsed, "DROP TEMPORARY TABLE " + (drop.ifExists() ? "IF EXISTS " : "") + list);
        } finally {
            // Those that exist are gone even if others don't.
            names.forEach(temporary::forget);
        }
        if (others.isEmpty()) {
            return answered(answer, out);
        }
        String rest = others.stream().map(table -> table.text(parsed.source())).collect(Collectors.joining(", "));
        return dispatch.run(session.parse("DROP TABLE " + (drop.ifExists() ? "IF EXISTS " : "") + rest), out);
    }

    /** What a permanent definition may not name. */
    void refuseIn(DataDefinition definition) {
        String database = session.variables().database();
        switch (definition) {
            case DataDefinition.CreateView view
            when temporary.named(view.query(), database) ->
                throw new SqlError(
                        1352,
                        "HY000",
                        "View's SELECT refers to a temporary table '" + firstNamed(view.query(), database) + "'");
            case CreateTable create
            when create.query() != null && temporary.named(create.query(), database)
                    || create.like() != null && isTemporary(create.like()) ->
                throw ErrorCode.NOT_SUPPORTED.with("a permanent table made from a temporary one");
            default -> {}
        }
    }

    private String firstNamed(Query query, @Nullable String database) {
        return HeldTables.named(query, database).stream()
                .filter(temporary::has)
                .findFirst()
                .map(HeldTables.Name::table)
                .orElse("");
    }
}
