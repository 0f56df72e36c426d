package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A statement of a stored program's body. Names of labels, variables, cursors and conditions are as written. */
public sealed interface ProgramStatement extends Node {

    /** {@code [label:] BEGIN declarations statements END}. */
    record Block(Span span, @Nullable Identifier label, List<Declaration> declarations, List<ProgramStatement> body)
            implements ProgramStatement {
        public Block {
            declarations = List.copyOf(declarations);
            body = List.copyOf(body);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, declarations);
            Node.each(action, body);
        }
    }

    /** Any statement that could stand outside of a program too; INTO may name local variables. */
    record Sql(Span span, Statement statement) implements ProgramStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(statement);
        }
    }

    /** {@code condition THEN statements} of an IF, {@code value THEN statements} of a CASE. */
    record Branch(Span span, Expression when, List<ProgramStatement> body) implements Node {
        public Branch {
            body = List.copyOf(body);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(when);
            Node.each(action, body);
        }
    }

    record If(Span span, List<Branch> branches, List<ProgramStatement> otherwise) implements ProgramStatement {
        public If {
            branches = List.copyOf(branches);
            otherwise = List.copyOf(otherwise);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, branches);
            Node.each(action, otherwise);
        }
    }

    /** @param otherwise null without an ELSE: then no case at all is error 1339 */
    record Case(
            Span span,
            @Nullable Expression operand,
            List<Branch> branches,
            @Nullable List<ProgramStatement> otherwise) implements ProgramStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, operand);
            Node.each(action, branches);
            if (otherwise != null) {
                Node.each(action, otherwise);
            }
        }
    }

    /** LOOP, WHILE and REPEAT. */
    record Loop(
            Span span,
            @Nullable Identifier label,
            @Nullable Expression whilst,
            List<ProgramStatement> body,
            @Nullable Expression until)
            implements ProgramStatement {
        public Loop {
            body = List.copyOf(body);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, whilst);
            Node.each(action, body);
            Node.each(action, until);
        }
    }

    /** MariaDB's {@code FOR i IN [REVERSE] low .. high DO}. */
    record ForRange(
            Span span,
            @Nullable Identifier label,
            Identifier variable,
            boolean reverse,
            Expression low,
            Expression high,
            List<ProgramStatement> body)
            implements ProgramStatement {
        public ForRange {
            body = List.copyOf(body);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, variable, low, high);
            Node.each(action, body);
        }
    }

    /**
     * MariaDB's {@code FOR r IN cursor DO} and {@code FOR r IN (SELECT ...) DO}.
     *
     * @param cursor one that is declared, or null
     * @param query or null
     */
    record ForRows(
            Span span,
            @Nullable Identifier label,
            Identifier variable,
            @Nullable Identifier cursor,
            List<Expression> arguments,
            @Nullable Query query,
            List<ProgramStatement> body)
            implements ProgramStatement {
        public ForRows {
            arguments = List.copyOf(arguments);
            body = List.copyOf(body);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, variable, cursor);
            Node.each(action, arguments);
            Node.each(action, query);
            Node.each(action, body);
        }
    }

    record Leave(Span span, Identifier label) implements ProgramStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(label);
        }
    }

    record Iterate(Span span, Identifier label) implements ProgramStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(label);
        }
    }

    record Return(Span span, Expression value) implements ProgramStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(value);
        }
    }

    record Open(Span span, Identifier cursor, List<Expression> arguments) implements ProgramStatement {
        public Open {
            arguments = List.copyOf(arguments);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(cursor);
            Node.each(action, arguments);
        }
    }

    record Fetch(Span span, Identifier cursor, List<Identifier> targets) implements ProgramStatement {
        public Fetch {
            targets = List.copyOf(targets);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(cursor);
            Node.each(action, targets);
        }
    }

    record Close(Span span, Identifier cursor) implements ProgramStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(cursor);
        }
    }

    /**
     * SIGNAL, and with {@code again} RESIGNAL.
     *
     * @param condition null for a RESIGNAL that passes on what is handled
     */
    record Signal(Span span, boolean again, @Nullable ConditionValue condition, List<SignalItem> items)
            implements ProgramStatement {
        public Signal {
            items = List.copyOf(items);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, condition);
            Node.each(action, items);
        }
    }

    /** {@code MESSAGE_TEXT = value}; the name in upper case. */
    record SignalItem(Span span, String name, Expression value) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(value);
        }
    }

    /**
     * {@code GET [CURRENT | STACKED] DIAGNOSTICS}.
     *
     * @param condition the number of the condition; null for the statement's own items
     */
    record GetDiagnostics(
            Span span, boolean stacked, @Nullable Expression condition, List<DiagnosticsItem> items)
            implements ProgramStatement {
        public GetDiagnostics {
            items = List.copyOf(items);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, condition);
            Node.each(action, items);
        }
    }

    /** {@code target = ROW_COUNT}: a local variable (a column reference) or a user variable; the name in upper case. */
    record DiagnosticsItem(Span span, Expression target, String name) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(target);
        }
    }

    /** What stands between BEGIN and the first statement. */
    sealed interface Declaration extends Node {}

    /**
     * {@code DECLARE a, b type [DEFAULT value]}.
     *
     * @param type its text, {@code TYPE OF t.c} too
     */
    record Variables(
            Span span,
            List<Identifier> names,
            Span type,
            @Nullable Expression value) implements Declaration {
        public Variables {
            names = List.copyOf(names);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, names);
            Node.each(action, value);
        }
    }

    record NamedCondition(Span span, Identifier name, ConditionValue value) implements Declaration {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, name, value);
        }
    }

    record Cursor(Span span, Identifier name, List<StoredProgram.Parameter> parameters, Query query)
            implements Declaration {
        public Cursor {
            parameters = List.copyOf(parameters);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
            Node.each(action, parameters);
            action.accept(query);
        }
    }

    /** @param exit or CONTINUE */
    record Handler(Span span, boolean exit, List<ConditionValue> conditions, ProgramStatement body)
            implements Declaration {
        public Handler {
            conditions = List.copyOf(conditions);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, conditions);
            action.accept(body);
        }
    }

    /** What a handler is for, a condition's name stands for, and a SIGNAL raises. */
    sealed interface ConditionValue extends Node {
        @Override
        default void forEachChild(Consumer<? super Node> action) {}
    }

    record Number(Span span, int number) implements ConditionValue {}

    record SqlState(Span span, String state) implements ConditionValue {}

    record Named(Span span, Identifier name) implements ConditionValue {}

    record AnyOf(Span span, ConditionClass kind) implements ConditionValue {}

    enum ConditionClass {
        SQLWARNING,
        NOT_FOUND,
        SQLEXCEPTION
    }
}
