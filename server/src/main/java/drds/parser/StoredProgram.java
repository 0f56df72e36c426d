package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A procedure or a function: the text of a CREATE statement, read with its body.
 *
 * @param source the text that all spans are of
 * @param returns a function's type; null for a procedure
 */
public record StoredProgram(
        String source,
        Kind kind,
        QualifiedName name,
        List<Parameter> parameters,
        @Nullable Span returns,
        ProgramStatement body) {
    public StoredProgram {
        parameters = List.copyOf(parameters);
    }

    public enum Kind {
        PROCEDURE,
        FUNCTION,
        TRIGGER
    }

    public enum Mode {
        IN,
        OUT,
        INOUT
    }

    /**
     * A parameter.
     *
     * @param type its text, as DECLARE takes it
     */
    public record Parameter(Span span, Mode mode, Identifier name, Span type) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
        }
    }
}
