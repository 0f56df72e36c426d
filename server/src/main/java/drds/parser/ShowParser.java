package drds.parser;

import static drds.parser.ShowStatement.Kind;
import static drds.parser.Word.*;

import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** SHOW in all forms. */
final class ShowParser {
    private final Tokens t;
    private final Grammar grammar;
    private final EnumSet<ShowStatement.Modifier> modifiers = EnumSet.noneOf(ShowStatement.Modifier.class);
    private int start;
    private @Nullable VariableScope scope;
    private @Nullable QualifiedName object;
    private @Nullable Identifier schema;
    private AccountStatement.@Nullable Account account;
    private @Nullable Span details;

    ShowParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    Statement show() {
        start = t.start();
        t.next();
        int afterShow = t.mark();
        int restStart = t.start();
        modifiers();
        Kind kind = kind();
        if (kind == Kind.OTHER) {
            t.reset(afterShow);
            if (!t.at(Token.WORD)) throw t.error();
            modifiers.clear();
            scope = null;
            skipRest();
            details = t.since(restStart);
        }
        Literal.StringLiteral like = t.accept(LIKE) ? grammar.primaries.stringLiteral() : null;
        Condition where = like == null ? grammar.queries.condition(WHERE) : null;
        OrderBy orderBy = grammar.queries.orderBy();
        Limit limit = grammar.queries.limit();
        Span detail = details != null ? details : new Span(t.lastEnd(), t.lastEnd());
        return new ShowStatement(
                t.since(start), kind, modifiers, scope, object, schema, account, like, where, orderBy, limit, detail);
    }

    private void skipRest() {
        while (!t.atEnd()) {
            if (t.at(Token.BAD)) throw t.error();
            t.next();
        }
    }

    private void modifiers() {
        while (true) {
            switch (t.word()) {
                case FULL -> modifiers.add(ShowStatement.Modifier.FULL);
                case EXTENDED -> modifiers.add(ShowStatement.Modifier.EXTENDED);
                case STORAGE -> modifiers.add(ShowStatement.Modifier.STORAGE);
                case ALL -> {
                    if (t.word(1) != SLAVES && t.word(1) != REPLICAS) return;
                    modifiers.add(ShowStatement.Modifier.ALL);
                }
                case GLOBAL -> {
                    if (t.word(1) == INDEX) return;
                    scope = VariableScope.GLOBAL;
                }
                case SESSION, LOCAL -> scope = VariableScope.SESSION;
                case null, default -> {
                    return;
                }
            }
            t.next();
        }
    }

    /** The kind, with what it is about; the parser stands before LIKE, WHERE, ORDER BY or LIMIT then. */
    private Kind kind() {
        if (t.at(Token.WORD) && t.text().equalsIgnoreCase("COUNT") && t.kind(1) == Token.OPEN) return count();
        Word word = t.word();
        if (word == null) return Kind.OTHER;
        t.next();
        return switch (word) {
            case DATABASES, SCHEMAS -> Kind.DATABASES;
            case TABLES -> from(Kind.TABLES);
            case OPEN -> t.accept(TABLES) ? from(Kind.OPEN_TABLES) : Kind.OTHER;
            case TABLE -> t.accept(STATUS) ? from(Kind.TABLE_STATUS) : Kind.OTHER;
            case TRIGGERS -> from(Kind.TRIGGERS);
            case EVENTS -> from(Kind.EVENTS);
            case COLUMNS, FIELDS -> ofTable(Kind.COLUMNS);
            case INDEX, INDEXES, KEYS -> ofTable(Kind.INDEX);
            case CREATE -> create();
            case VARIABLES -> Kind.VARIABLES;
            case STATUS -> Kind.STATUS;
            case WARNINGS -> Kind.WARNINGS;
            case ERRORS -> Kind.ERRORS;
            case PROCESSLIST -> Kind.PROCESSLIST;
            case ENGINES -> Kind.ENGINES;
            case STORAGE -> Kind.OTHER;
            case ENGINE -> detail(Kind.ENGINE);
            case CHARSET -> Kind.CHARACTER_SET;
            case CHARACTER, CHAR -> t.accept(SET) ? Kind.CHARACTER_SET : Kind.OTHER;
            case COLLATION -> Kind.COLLATION;
            case PLUGINS -> plugins();
            case PRIVILEGES -> Kind.PRIVILEGES;
            case GRANTS -> grants();
            case PROFILES -> Kind.PROFILES;
            case PROFILE -> profile();
            case PROCEDURE -> routine(Kind.PROCEDURE_STATUS, Kind.PROCEDURE_CODE);
            case FUNCTION -> routine(Kind.FUNCTION_STATUS, Kind.FUNCTION_CODE);
            case PACKAGE -> packageStatus();
            case EXPLAIN -> detail(Kind.EXPLAIN);
            case ANALYZE -> detail(Kind.ANALYZE);
            default -> rarer(word);
        };
    }

    private Kind rarer(Word word) {
        return switch (word) {
            case LOCALES -> Kind.LOCALES;
            case CONTRIBUTORS -> Kind.CONTRIBUTORS;
            case AUTHORS -> Kind.AUTHORS;
            case CLIENT_STATISTICS -> Kind.CLIENT_STATISTICS;
            case USER_STATISTICS -> Kind.USER_STATISTICS;
            case TABLE_STATISTICS -> Kind.TABLE_STATISTICS;
            case INDEX_STATISTICS -> Kind.INDEX_STATISTICS;
            case USER_VARIABLES -> Kind.USER_VARIABLES;
            case MASTER -> t.accept(STATUS) ? Kind.MASTER_STATUS : logs();
            case BINLOG ->
                t.accept(STATUS) ? Kind.MASTER_STATUS : t.at(EVENTS) ? logEvents(Kind.BINLOG_EVENTS) : Kind.OTHER;
            case BINARY -> t.accept(LOG, STATUS) ? Kind.MASTER_STATUS : logs();
            case RELAYLOG -> t.at(EVENTS) ? logEvents(Kind.RELAYLOG_EVENTS) : Kind.OTHER;
            case SLAVE, REPLICA -> t.accept(HOSTS) ? Kind.REPLICA_HOSTS : detail(Kind.REPLICA_STATUS);
            case SLAVES, REPLICAS -> t.atEnd() ? Kind.REPLICA_HOSTS : detail(Kind.REPLICA_STATUS);
            case RULE -> maybeOfTable(Kind.RULE);
            case TOPOLOGY -> ofTable(Kind.TOPOLOGY);
            case PARTITIONS -> ofTable(Kind.PARTITIONS);
            case BROADCASTS -> Kind.BROADCASTS;
            case DATASOURCES -> Kind.DATASOURCES;
            case NODE -> Kind.NODE;
            case TRACE -> Kind.TRACE;
            case SLOW -> Kind.SLOW;
            case PHYSICAL_SLOW -> Kind.PHYSICAL_SLOW;
            case STATS -> Kind.STATS;
            case DB -> t.accept(STATUS) ? Kind.DB_STATUS : Kind.OTHER;
            case TRANS, TRANSACTIONS -> Kind.TRANS;
            case PHYSICAL_PROCESSLIST -> Kind.PHYSICAL_PROCESSLIST;
            case DDL -> Kind.DDL;
            case JOBS -> Kind.JOBS;
            case RECYCLEBIN -> Kind.RECYCLEBIN;
            case SEQUENCES -> Kind.SEQUENCES;
            case CCL_RULES -> Kind.CCL_RULES;
            case DEFERRED -> Kind.DEFERRED;
            case CCL_RULE -> t.atEnd() ? Kind.CCL_RULES : detail(Kind.CCL_RULES);
            case GLOBAL -> t.accept(INDEX) ? maybeOfTable(Kind.GLOBAL_INDEX) : Kind.OTHER;
            default -> Kind.OTHER;
        };
    }

    private Kind logs() {
        return t.accept(LOGS) ? Kind.BINARY_LOGS : Kind.OTHER;
    }

    private Kind detail(Kind kind) {
        int from = t.start();
        skipRest();
        details = t.since(from);
        return kind;
    }

    private Kind count() {
        t.next();
        t.next();
        t.expect(Token.STAR);
        t.expect(Token.CLOSE);
        modifiers.add(ShowStatement.Modifier.COUNT);
        if (t.accept(WARNINGS)) return Kind.WARNINGS;
        t.expect(ERRORS);
        return Kind.ERRORS;
    }

    /** {@code [FROM | IN schema]}. */
    private Kind from(Kind kind) {
        if (t.accept(FROM) || t.accept(IN)) schema = t.identifier();
        return kind;
    }

    private Kind ofTable(Kind kind) {
        if (!t.accept(FROM)) t.expect(IN);
        object = t.qualifiedName();
        return from(kind);
    }

    private Kind maybeOfTable(Kind kind) {
        return t.at(FROM) || t.at(IN) ? ofTable(kind) : kind;
    }

    private Kind create() {
        Word word = t.word();
        if (word == null) throw t.error();
        t.next();
        Kind kind = switch (word) {
            case TABLE -> Kind.CREATE_TABLE;
            case VIEW -> Kind.CREATE_VIEW;
            case PROCEDURE -> Kind.CREATE_PROCEDURE;
            case FUNCTION -> Kind.CREATE_FUNCTION;
            case PACKAGE -> Kind.CREATE_PACKAGE;
            case TRIGGER -> Kind.CREATE_TRIGGER;
            case EVENT -> Kind.CREATE_EVENT;
            case SEQUENCE -> Kind.CREATE_SEQUENCE;
            case SERVER -> Kind.CREATE_SERVER;
            case DATABASE, SCHEMA -> Kind.CREATE_DATABASE;
            case USER -> Kind.CREATE_USER;
            default -> throw t.error();
        };
        if (kind == Kind.CREATE_USER) {
            if (!t.atEnd()) account = new AccountParser(grammar).account();
        } else if (kind == Kind.CREATE_DATABASE) {
            if (t.accept(IF)) t.expect(NOT, EXISTS);
            schema = t.identifier();
        } else {
            if (kind == Kind.CREATE_PACKAGE) t.accept(BODY);
            object = t.qualifiedName();
        }
        return kind;
    }

    private Kind plugins() {
        if (!t.accept(SONAME)) return Kind.PLUGINS;
        int from = t.start();
        if (t.at(Token.STRING)) t.next();
        details = t.since(from);
        return Kind.PLUGINS;
    }

    private Kind grants() {
        if (t.accept(FOR)) {
            account = new AccountParser(grammar).account();
            if (t.accept(USING)) {
                int from = t.start();
                skipRest();
                details = t.since(from);
            }
        }
        return Kind.GRANTS;
    }

    private Kind profile() {
        int from = t.start();
        while (!t.atEnd() && !t.at(LIMIT)) t.next();
        details = t.since(from);
        return Kind.PROFILE;
    }

    private Kind routine(Kind status, Kind code) {
        if (t.accept(STATUS)) return status;
        t.expect(CODE);
        object = t.qualifiedName();
        return code;
    }

    private Kind packageStatus() {
        t.accept(BODY);
        return t.accept(STATUS) ? Kind.PACKAGE_STATUS : Kind.OTHER;
    }

    private Kind logEvents(Kind kind) {
        t.next();
        int from = t.start();
        while (!t.atEnd() && !t.at(LIMIT)) t.next();
        details = t.since(from);
        return kind;
    }
}
