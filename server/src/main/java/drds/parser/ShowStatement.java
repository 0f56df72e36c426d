package drds.parser;

import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * SHOW in all forms, MySQL's, MariaDB's and DRDS's.
 *
 * @param modifiers words between SHOW and the kind
 * @param scope of SHOW GLOBAL | SESSION VARIABLES and STATUS
 * @param object the table, view, program, sequence or user that is asked about: of {@code FROM t}, {@code CREATE TABLE
 *     t}, {@code FOR name}; its schema may come from a second {@code FROM db}, see {@code schema}
 * @param schema of {@code FROM db} or {@code IN db}
 * @param details where a kind has more to say (an engine's name, a log's name, a profile's number): its text, or empty
 */
public record ShowStatement(
        Span span,
        Kind kind,
        Set<Modifier> modifiers,
        @Nullable VariableScope scope,
        @Nullable QualifiedName object,
        @Nullable Identifier schema,
        AccountStatement.@Nullable Account account,
        Literal.@Nullable StringLiteral like,
        @Nullable Condition where,
        @Nullable OrderBy orderBy,
        @Nullable Limit limit,
        Span details)
        implements Statement {

    public enum Modifier {
        FULL,
        EXTENDED,
        STORAGE,
        ALL,
        /** SHOW COUNT(*) WARNINGS | ERRORS. */
        COUNT
    }

    public enum Kind {
        DATABASES,
        TABLES,
        OPEN_TABLES,
        TABLE_STATUS,
        COLUMNS,
        INDEX,
        TRIGGERS,
        EVENTS,
        PROCEDURE_STATUS,
        FUNCTION_STATUS,
        PACKAGE_STATUS,
        PROCEDURE_CODE,
        FUNCTION_CODE,
        CREATE_TABLE,
        CREATE_VIEW,
        CREATE_DATABASE,
        CREATE_PROCEDURE,
        CREATE_FUNCTION,
        CREATE_PACKAGE,
        CREATE_TRIGGER,
        CREATE_EVENT,
        CREATE_USER,
        CREATE_SEQUENCE,
        CREATE_SERVER,
        VARIABLES,
        STATUS,
        WARNINGS,
        ERRORS,
        PROCESSLIST,
        ENGINES,
        ENGINE,
        CHARACTER_SET,
        COLLATION,
        PLUGINS,
        PRIVILEGES,
        GRANTS,
        PROFILE,
        PROFILES,
        EXPLAIN,
        ANALYZE,
        LOCALES,
        CONTRIBUTORS,
        AUTHORS,
        CLIENT_STATISTICS,
        USER_STATISTICS,
        TABLE_STATISTICS,
        INDEX_STATISTICS,
        USER_VARIABLES,
        MASTER_STATUS,
        BINARY_LOGS,
        BINLOG_EVENTS,
        RELAYLOG_EVENTS,
        REPLICA_HOSTS,
        REPLICA_STATUS,
        // DRDS
        JOBS,
        RULE,
        TOPOLOGY,
        PARTITIONS,
        BROADCASTS,
        DATASOURCES,
        NODE,
        TRACE,
        SLOW,
        PHYSICAL_SLOW,
        STATS,
        DB_STATUS,
        TRANS,
        PHYSICAL_PROCESSLIST,
        DDL,
        RECYCLEBIN,
        SEQUENCES,
        CCL_RULES,
        DEFERRED,
        GLOBAL_INDEX,
        /** Begins with SHOW and is none of those; {@code details} is what follows SHOW. */
        OTHER
    }

    public ShowStatement {
        modifiers = Set.copyOf(modifiers);
    }

    public boolean full() {
        return modifiers.contains(Modifier.FULL);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, object, schema, account, like, where, orderBy, limit);
    }
}
