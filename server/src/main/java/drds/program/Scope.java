package drds.program;

import drds.parser.ProgramStatement.AnyOf;
import drds.parser.ProgramStatement.ConditionValue;
import drds.parser.ProgramStatement.Cursor;
import drds.parser.ProgramStatement.Handler;
import drds.parser.ProgramStatement.Named;
import drds.parser.ProgramStatement.Number;
import drds.parser.ProgramStatement.SqlState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the declarations of one block, a program's parameters, or a handler at work have brought into sight. */
final class Scope {
    private final @Nullable Scope parent;
    /** Whether a handler runs in it: those of the block that declared it are out of reach. */
    private final boolean ofHandler;

    private final Map<String, Variable> variables = new HashMap<>();
    private final Map<String, Map<String, Variable>> rows = new HashMap<>();
    private final Map<String, OpenCursor> cursors = new HashMap<>();
    private final Map<String, ConditionValue> conditions = new HashMap<>();
    private final List<Handler> handlers = new ArrayList<>();

    /** A cursor that was declared; its rows while it is open. */
    static final class OpenCursor {
        final Cursor declaration;
        final Scope scope;

        @Nullable
        CursorRows rows;

        OpenCursor(Cursor declaration, Scope scope) {
            this.declaration = declaration;
            this.scope = scope;
        }

        void close() {
            CursorRows open = rows;
            rows = null;
            if (open != null) {
                open.close();
            }
        }
    }

    /** A handler and the block that declared it. */
    record Found(Handler handler, Scope scope, int precision) {}

    private Scope(@Nullable Scope parent, boolean ofHandler) {
        this.parent = parent;
        this.ofHandler = ofHandler;
    }

    static Scope outermost() {
        return new Scope(null, false);
    }

    Scope inner() {
        return new Scope(this, false);
    }

    Scope ofHandler() {
        return new Scope(this, true);
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    Variable declare(String name, String type) {
        Variable variable = new Variable(name, type);
        variables.put(key(name), variable);
        return variable;
    }

    /** A row whose fields are read as {@code name.field}. */
    void declareRow(String name, Map<String, Variable> fields) {
        rows.put(key(name), fields);
    }

    void declare(String name, ConditionValue condition) {
        conditions.put(key(name), condition);
    }

    void declare(Cursor cursor) {
        cursors.put(key(cursor.name().text()), new OpenCursor(cursor, this));
    }

    void declare(Handler handler) {
        handlers.add(handler);
    }

    @Nullable
    Variable variable(String name) {
        Variable own = variables.get(key(name));
        return own != null || parent == null ? own : parent.variable(name);
    }

    @Nullable
    Variable field(String row, String field) {
        Map<String, Variable> own = rows.get(key(row));
        if (own != null) {
            return own.get(key(field));
        }
        return parent == null ? null : parent.field(row, field);
    }

    @Nullable
    OpenCursor cursor(String name) {
        OpenCursor own = cursors.get(key(name));
        return own != null || parent == null ? own : parent.cursor(name);
    }

    /** What a condition's name stands for. */
    ConditionValue resolved(ConditionValue value) {
        if (!(value instanceof Named named)) {
            return value;
        }
        ConditionValue own = conditions.get(key(named.name().text()));
        return own != null || parent == null ? own == null ? value : own : parent.resolved(value);
    }

    /** The block is left: its cursors close. */
    void leave() {
        cursors.values().forEach(OpenCursor::close);
    }

    // ---- handlers ----

    /** The handler for a condition: of the innermost block that has one, the one that names it most precisely. */
    @Nullable
    Found handler(Raised raised) {
        Found best = null;
        for (Handler handler : handlers) {
            for (ConditionValue value : handler.conditions()) {
                int precision = precision(resolved(value), raised);
                if (precision > 0 && (best == null || precision > best.precision())) {
                    best = new Found(handler, this, precision);
                }
            }
        }
        if (best != null) {
            return best;
        }
        Scope next = this;
        while (next != null && next.ofHandler) {
            next = next.parent;
        }
        next = next == null ? null : next.parent;
        return next == null ? null : next.handler(raised);
    }

    private static int precision(ConditionValue value, Raised raised) {
        return switch (value) {
            case Number number -> number.number() == raised.number() ? 3 : 0;
            case SqlState state -> state.state().equals(raised.state()) ? 2 : 0;
            case AnyOf any -> isOf(any, raised) ? 1 : 0;
            case Named named -> 0;
        };
    }

    private static boolean isOf(AnyOf any, Raised raised) {
        String state = raised.state();
        return switch (any.kind()) {
            case SQLWARNING -> state.startsWith("01") || raised.level().equals("Warning");
            case NOT_FOUND -> state.startsWith("02");
            case SQLEXCEPTION ->
                raised.isError() && !state.startsWith("00") && !state.startsWith("01") && !state.startsWith("02");
        };
    }
}
