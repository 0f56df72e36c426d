package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** CREATE, ALTER, DROP, TRUNCATE and RENAME of everything; tables and sequences have parsers of their own. */
final class DefinitionParser {
    private final Tokens t;
    private final Grammar grammar;

    DefinitionParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    // ---------------------------------------------------------------- CREATE

    Statement create() {
        int start = t.start();
        t.next();
        boolean orReplace = t.accept(OR, REPLACE);
        boolean temporary = t.accept(TEMPORARY);
        Word word = t.word();
        if (word == null) throw t.error();
        switch (word) {
            case TABLE -> {
                return new CreateTableParser(grammar).create(start, orReplace, temporary);
            }
            case SEQUENCE -> {
                return new SequenceParser(grammar).create(start, orReplace, temporary, null);
            }
            case GROUP, SIMPLE, TIME -> {
                return new SequenceParser(grammar).create(start, orReplace, temporary, kind());
            }
            case DATABASE, SCHEMA -> {
                return createDatabase(start, orReplace);
            }
            case SPATIAL -> {
                return t.word(1) == INDEX
                        ? createIndex(start, orReplace)
                        : rest(start, "CREATE SPATIAL REFERENCE SYSTEM");
            }
            case UNIQUE, FULLTEXT, VECTOR, INDEX, GLOBAL, CLUSTERED -> {
                return createIndex(start, orReplace);
            }
            case ONLINE, OFFLINE -> {
                t.next();
                return createIndex(start, orReplace);
            }
            case USER -> {
                t.next();
                boolean ifNotExists = ifNotExists();
                return new AccountParser(grammar).user(start, false, orReplace, ifNotExists);
            }
            case ROLE -> {
                t.next();
                boolean ifNotExists = ifNotExists();
                return new AccountParser(grammar).createRole(start, orReplace, ifNotExists);
            }
            case CCL_RULE -> {
                return new CclRuleParser(grammar).create(start);
            }
            default -> {
                return viewOrProgram(start, DataDefinition.StoredObject.Action.CREATE, orReplace);
            }
        }
    }

    private SequenceKind kind() {
        SequenceKind kind = switch (t.word()) {
            case GROUP -> SequenceKind.GROUP;
            case SIMPLE -> SequenceKind.SIMPLE;
            case TIME -> SequenceKind.TIME;
            case null, default -> throw t.error();
        };
        t.next();
        if (kind == SequenceKind.SIMPLE && t.accept(WITH)) {
            t.expect(CACHE);
            return SequenceKind.SIMPLE_WITH_CACHE;
        }
        return kind;
    }

    private boolean ifNotExists() {
        if (!t.accept(IF)) return false;
        t.expect(NOT);
        t.expect(EXISTS);
        return true;
    }

    private boolean ifExists() {
        if (!t.accept(IF)) return false;
        t.expect(EXISTS);
        return true;
    }

    private Statement createDatabase(int start, boolean orReplace) {
        t.next();
        boolean ifNotExists = ifNotExists();
        Identifier name = t.identifier();
        List<TableOption> options = databaseOptions();
        return new DataDefinition.CreateDatabase(t.since(start), orReplace, ifNotExists, name, options);
    }

    private List<TableOption> databaseOptions() {
        List<TableOption> options = new ArrayList<>();
        TableOptionParser parser = new TableOptionParser(grammar);
        while (!t.atEnd()) {
            t.accept(Token.COMMA);
            TableOption option = parser.databaseOption();
            if (option == null) throw t.error();
            options.add(option);
        }
        return options;
    }

    private Statement createIndex(int start, boolean orReplace) {
        IndexParser indexes = new IndexParser(grammar);
        int indexStart = t.start();
        IndexParser.Head head = indexes.head();
        boolean ifNotExists = ifNotExists();
        Identifier name = t.identifier();
        String using = indexes.using();
        t.expect(ON);
        QualifiedName table = t.qualifiedName();
        IndexDefinition index = indexes.rest(indexStart, head, null, name, using);
        List<AlterAction.AlgorithmOrLock> options = algorithmAndLock();
        return new DataDefinition.CreateIndex(t.since(start), orReplace, ifNotExists, index, table, options);
    }

    private List<AlterAction.AlgorithmOrLock> algorithmAndLock() {
        List<AlterAction.AlgorithmOrLock> list = new ArrayList<>(0);
        if (t.accept(WAIT)) t.integer();
        else t.accept(NOWAIT);
        while (t.at(ALGORITHM) || t.at(LOCK)) list.add(algorithmOrLock());
        return list;
    }

    /** {@code ALGORITHM [=] x}, {@code LOCK [=] x}. */
    AlterAction.AlgorithmOrLock algorithmOrLock() {
        int start = t.start();
        String name = t.text().toUpperCase(Locale.ROOT);
        t.next();
        t.accept(Token.EQUAL);
        if (!t.at(Token.WORD)) throw t.error();
        String value = t.text().toUpperCase(Locale.ROOT);
        t.next();
        return new AlterAction.AlgorithmOrLock(t.since(start), name, value);
    }

    // ---------------------------------------------------------------- views and stored programs

    private Statement viewOrProgram(int start, DataDefinition.StoredObject.Action action, boolean orReplace) {
        while (true) {
            if (t.at(ALGORITHM)) algorithmOrLock();
            else if (t.at(DEFINER)) definer();
            else if (t.accept(SQL)) {
                t.expect(SECURITY);
                if (!t.accept(DEFINER)) t.expect(INVOKER);
            } else if (!t.accept(AGGREGATE)) break;
        }
        Word word = t.word();
        if (word == null) throw t.error();
        if (word == VIEW) return view(start, action, orReplace);
        StringBuilder kind = new StringBuilder(t.text().toUpperCase(Locale.ROOT));
        t.next();
        switch (word) {
            case PROCEDURE, FUNCTION, TRIGGER, EVENT, SERVER, TABLESPACE -> {}
            case PACKAGE -> {
                if (t.accept(BODY)) kind.append(" BODY");
            }
            case LOGFILE, RESOURCE, SPATIAL, UNDO -> {
                t.next();
            }
            case CCL_RULE, INSTANCE -> {
                return rest(start, action + " " + kind);
            }
            default -> throw t.error();
        }
        boolean ifExistence = action == DataDefinition.StoredObject.Action.CREATE ? ifNotExists() : ifExists();
        QualifiedName name = t.at(Token.STRING) ? ofString() : t.qualifiedName();
        return program(start, action, kind.toString(), orReplace, ifExistence, name);
    }

    private QualifiedName ofString() {
        Identifier name = t.identifierOrString();
        return new QualifiedName(name.span(), null, name);
    }

    private void definer() {
        t.next();
        t.expect(Token.EQUAL);
        new AccountParser(grammar).account();
    }

    /** A statement of which the rest, to the end of the text, is taken as it is: a body may have {@code ;} inside. */
    private Statement program(
            int start,
            DataDefinition.StoredObject.Action action,
            String kind,
            boolean orReplace,
            boolean ifExistence,
            QualifiedName name) {
        int body = t.start();
        QualifiedName table = null;
        boolean create = action == DataDefinition.StoredObject.Action.CREATE;
        if (create && kind.equals("TRIGGER")) table = triggerTable();
        boolean drop = action == DataDefinition.StoredObject.Action.DROP;
        boolean any = false;
        while (drop ? !t.atEnd() : !t.at(Token.END)) {
            if (t.at(Token.BAD)) throw t.error();
            if (drop && kind.equals("PROCEDURE")) throw t.error();
            if (t.at(Token.SEMICOLON) && t.kind(1) == Token.END) break;
            any = true;
            t.next();
        }
        if (create && !any && table == null) throw t.error();
        Span bodySpan = body < t.lastEnd() ? t.since(body) : new Span(t.lastEnd(), t.lastEnd());
        return new DataDefinition.StoredObject(
                t.since(start), action, kind, orReplace, ifExistence, name, table, bodySpan);
    }

    private QualifiedName triggerTable() {
        if (!t.accept(BEFORE)) t.expect(AFTER);
        do {
            if (!t.accept(INSERT) && !t.accept(UPDATE)) t.expect(DELETE);
            if (t.accept(OF)) {
                do t.identifier();
                while (t.accept(Token.COMMA));
            }
        } while (t.accept(OR));
        t.expect(ON);
        return t.qualifiedName();
    }

    private Statement view(int start, DataDefinition.StoredObject.Action action, boolean orReplace) {
        t.expect(VIEW);
        boolean alter = action == DataDefinition.StoredObject.Action.ALTER;
        boolean ifNotExists = !alter && ifNotExists();
        QualifiedName name = t.qualifiedName();
        List<Identifier> columns = t.at(Token.OPEN) ? grammar.tables.identifiers() : List.of();
        t.expect(AS);
        Query query = grammar.queries.query();
        if (t.accept(WITH)) {
            if (!t.accept(CASCADED)) t.accept(LOCAL);
            t.expect(CHECK);
            t.expect(OPTION);
        }
        return new DataDefinition.CreateView(t.since(start), alter, orReplace, ifNotExists, name, columns, query);
    }

    private Statement rest(int start, String words) {
        while (!t.atEnd()) {
            if (t.at(Token.BAD)) throw t.error();
            t.next();
        }
        return new OperatorStatement.Other(t.since(start), words);
    }

    // ---------------------------------------------------------------- ALTER

    Statement alter() {
        int start = t.start();
        t.next();
        Word word = t.word();
        if (word == null) throw t.error();
        switch (word) {
            case TABLE, ONLINE, OFFLINE, IGNORE -> {
                return new AlterTableParser(grammar).alter(start);
            }
            case SEQUENCE -> {
                return new SequenceParser(grammar).alter(start);
            }
            case DATABASE, SCHEMA -> {
                return alterDatabase(start);
            }
            case USER -> {
                t.next();
                boolean ifExists = ifExists();
                return new AccountParser(grammar).user(start, true, false, ifExists);
            }
            default -> {
                return viewOrProgram(start, DataDefinition.StoredObject.Action.ALTER, false);
            }
        }
    }

    private Statement alterDatabase(int start) {
        t.next();
        Identifier name = null;
        boolean option = t.at(CHARACTER) || t.at(DEFAULT) || t.at(COLLATE);
        boolean optionWord = (t.at(CHARSET) || t.at(COMMENT)) && t.kind(1) != Token.WORD;
        if (!option && !optionWord) name = t.identifier();
        if (t.at(UPGRADE)) return rest(start, "ALTER DATABASE UPGRADE");
        if (name != null && t.accept(REBALANCE)) return new JobParser(grammar).rebalance(start, name);
        List<TableOption> options = databaseOptions();
        return new DataDefinition.AlterDatabase(t.since(start), name, options);
    }

    // ---------------------------------------------------------------- DROP, TRUNCATE, RENAME

    Statement drop() {
        int start = t.start();
        t.next();
        boolean temporary = t.accept(TEMPORARY);
        Word word = t.word();
        if (word == null) throw t.error();
        switch (word) {
            case TABLE, TABLES -> {
                t.next();
                boolean ifExists = ifExists();
                List<QualifiedName> tables = names();
                dropOptions();
                return new DataDefinition.DropTable(t.since(start), temporary, ifExists, tables);
            }
            case VIEW -> {
                t.next();
                boolean ifExists = ifExists();
                List<QualifiedName> views = names();
                dropOptions();
                return new DataDefinition.DropView(t.since(start), ifExists, views);
            }
            case SEQUENCE -> {
                return new SequenceParser(grammar).drop(start, temporary);
            }
            case DATABASE, SCHEMA -> {
                t.next();
                boolean ifExists = ifExists();
                Identifier name = t.identifier();
                return new DataDefinition.DropDatabase(t.since(start), ifExists, name);
            }
            case INDEX, ONLINE, OFFLINE -> {
                return dropIndex(start);
            }
            case USER, ROLE -> {
                t.next();
                boolean ifExists = ifExists();
                return new AccountParser(grammar).drop(start, word == ROLE, ifExists);
            }
            case CCL_RULE -> {
                return new CclRuleParser(grammar).drop(start);
            }
            case STORAGE -> {
                return new JobParser(grammar).dropStorage(start);
            }
            default -> {
                return viewOrProgram(start, DataDefinition.StoredObject.Action.DROP, false);
            }
        }
    }

    private void dropOptions() {
        if (t.accept(WAIT)) t.integer();
        else t.accept(NOWAIT);
        if (!t.accept(RESTRICT)) t.accept(CASCADE);
    }

    private Statement dropIndex(int start) {
        if (!t.accept(ONLINE)) t.accept(OFFLINE);
        t.expect(INDEX);
        boolean ifExists = ifExists();
        Identifier index = t.at(PRIMARY) ? t.anyIdentifier() : t.identifier();
        t.expect(ON);
        QualifiedName table = t.qualifiedName();
        List<AlterAction.AlgorithmOrLock> options = algorithmAndLock();
        return new DataDefinition.DropIndex(t.since(start), ifExists, index, table, options);
    }

    private List<QualifiedName> names() {
        List<QualifiedName> names = new ArrayList<>(1);
        do names.add(t.qualifiedName());
        while (t.accept(Token.COMMA));
        return names;
    }

    Statement truncate() {
        int start = t.start();
        t.next();
        t.accept(TABLE);
        QualifiedName table = t.qualifiedName();
        if (t.accept(WAIT)) t.integer();
        else t.accept(NOWAIT);
        if (!t.accept(DROP, STORAGE)) t.accept(REUSE, STORAGE);
        return new DataDefinition.TruncateTable(t.since(start), table);
    }

    Statement rename() {
        int start = t.start();
        t.next();
        if (t.accept(USER)) return new AccountParser(grammar).rename(start);
        if (t.at(SEQUENCE)) return new SequenceParser(grammar).rename(start);
        if (!t.accept(TABLES)) t.expect(TABLE);
        boolean ifExists = ifExists();
        List<DataDefinition.Renaming> renamings = new ArrayList<>(1);
        do {
            int renaming = t.start();
            QualifiedName from = t.qualifiedName();
            if (t.accept(WAIT)) t.integer();
            else t.accept(NOWAIT);
            t.expect(TO);
            QualifiedName to = t.qualifiedName();
            renamings.add(new DataDefinition.Renaming(t.since(renaming), from, to));
        } while (t.accept(Token.COMMA));
        return new DataDefinition.RenameTable(t.since(start), ifExists, renamings);
    }
}
