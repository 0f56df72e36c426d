package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Statements that define tables and other objects. */
public sealed interface DataDefinition extends Statement
        permits CreateTable,
                AlterTable,
                SequenceStatement,
                DataDefinition.DropTable,
                DataDefinition.TruncateTable,
                DataDefinition.RenameTable,
                DataDefinition.CreateIndex,
                DataDefinition.DropIndex,
                DataDefinition.CreateDatabase,
                DataDefinition.AlterDatabase,
                DataDefinition.DropDatabase,
                DataDefinition.CreateView,
                DataDefinition.DropView,
                DataDefinition.StoredObject {

    /** {@code DROP [TEMPORARY] TABLE [IF EXISTS] a, b}. */
    record DropTable(Span span, boolean temporary, boolean ifExists, List<QualifiedName> tables)
            implements DataDefinition {
        public DropTable {
            tables = List.copyOf(tables);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, tables);
        }
    }

    record TruncateTable(Span span, QualifiedName table) implements DataDefinition {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(table);
        }
    }

    /** {@code RENAME TABLE a TO b, c TO d}. */
    record RenameTable(Span span, boolean ifExists, List<Renaming> renamings) implements DataDefinition {
        public RenameTable {
            renamings = List.copyOf(renamings);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, renamings);
        }
    }

    record Renaming(Span span, QualifiedName from, QualifiedName to) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, from, to);
        }
    }

    /**
     * {@code CREATE [OR REPLACE] [UNIQUE | FULLTEXT | SPATIAL] INDEX name ON table (...)}, also a DRDS global index.
     *
     * @param index its name is there; its span goes over the whole statement behind CREATE
     */
    record CreateIndex(
            Span span,
            boolean orReplace,
            boolean ifNotExists,
            IndexDefinition index,
            QualifiedName table,
            List<AlterAction.AlgorithmOrLock> algorithmAndLock)
            implements DataDefinition {
        public CreateIndex {
            algorithmAndLock = List.copyOf(algorithmAndLock);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, index, table);
            Node.each(action, algorithmAndLock);
        }
    }

    record DropIndex(
            Span span,
            boolean ifExists,
            Identifier index,
            QualifiedName table,
            List<AlterAction.AlgorithmOrLock> algorithmAndLock)
            implements DataDefinition {
        public DropIndex {
            algorithmAndLock = List.copyOf(algorithmAndLock);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, index, table);
            Node.each(action, algorithmAndLock);
        }
    }

    /** {@code CREATE DATABASE}; options such as CHARSET, COLLATE, COMMENT, and DRDS's own by name. */
    record CreateDatabase(Span span, boolean orReplace, boolean ifNotExists, Identifier name, List<TableOption> options)
            implements DataDefinition {
        public CreateDatabase {
            options = List.copyOf(options);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
            Node.each(action, options);
        }
    }

    /** {@code ALTER DATABASE}; {@code name} is null where the current one is meant. */
    record AlterDatabase(Span span, @Nullable Identifier name, List<TableOption> options) implements DataDefinition {
        public AlterDatabase {
            options = List.copyOf(options);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, name);
            Node.each(action, options);
        }
    }

    record DropDatabase(Span span, boolean ifExists, Identifier name) implements DataDefinition {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
        }
    }

    /** {@code CREATE [OR REPLACE] VIEW}, and with {@code alter} {@code ALTER VIEW}; ALGORITHM, DEFINER and CHECK OPTION are in the text. */
    record CreateView(
            Span span,
            boolean alter,
            boolean orReplace,
            boolean ifNotExists,
            QualifiedName name,
            List<Identifier> columns,
            Query query)
            implements DataDefinition {
        public CreateView {
            columns = List.copyOf(columns);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
            Node.each(action, columns);
            action.accept(query);
        }
    }

    record DropView(Span span, boolean ifExists, List<QualifiedName> views) implements DataDefinition {
        public DropView {
            views = List.copyOf(views);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, views);
        }
    }

    /**
     * CREATE, ALTER or DROP of a stored program (or a server, a tablespace, ...), recognised by its name.
     *
     * @param kind in upper case: PROCEDURE, FUNCTION, TRIGGER, EVENT, PACKAGE, SERVER, ...
     * @param table of a trigger
     * @param bodySpan what follows the name; empty for DROP
     */
    record StoredObject(
            Span span,
            Action action,
            String kind,
            boolean orReplace,
            boolean ifExistence,
            QualifiedName name,
            @Nullable QualifiedName table,
            Span bodySpan)
            implements DataDefinition {
        public enum Action {
            CREATE,
            ALTER,
            DROP
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, name, table);
        }
    }
}
