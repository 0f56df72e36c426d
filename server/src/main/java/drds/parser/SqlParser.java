package drds.parser;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses one statement. An instance holds only the modes and may be used by many threads. */
public final class SqlParser {
    /** How much of the text MySQL's message quotes. */
    private static final int NEAR_LENGTH = 80;

    private final ParserModes modes;

    public SqlParser(ParserModes modes) {
        this.modes = modes;
    }

    /**
     * Parses the one statement of {@code source}; a {@code ;} may end it.
     *
     * @return a tree, or {@link Unparsed} where the text is not understood or goes on behind the {@code ;}
     */
    public ParsedStatement parse(String source) {
        Tokens tokens = new Lexer(source, modes).tokens();
        Statement statement;
        try {
            statement = new StatementParser(new Grammar(tokens)).whole();
        } catch (SyntaxException error) {
            statement = unparsed(source, error.position);
        }
        return new ParsedStatement(source, statement, tokens.hints, tokens.parameters(), tokens.conditionalComments);
    }

    /** Reads a CREATE PROCEDURE or CREATE FUNCTION with its body; null if the text has something that is not known here. */
    public @Nullable StoredProgram program(String source) {
        try {
            return new ProgramParser(new Grammar(new Lexer(source, modes).tokens())).program();
        } catch (SyntaxException unknown) {
            return null;
        }
    }

    /** Reads a CREATE TRIGGER with its body; null if the text has something that is not known here. */
    public @Nullable StoredTrigger trigger(String source) {
        try {
            return new ProgramParser(new Grammar(new Lexer(source, modes).tokens())).trigger();
        } catch (SyntaxException unknown) {
            return null;
        }
    }

    private static Unparsed unparsed(String source, int position) {
        int line = 1;
        for (int i = 0; i < position; i++) if (source.charAt(i) == '\n') line++;
        String near = source.substring(position, Math.min(source.length(), position + NEAR_LENGTH));
        return new Unparsed(new Span(0, source.length()), position, near, line);
    }

    /**
     * The statements of a text with several, separated by {@code ;}: their spans, with the comments (and hints) before
     * them, without the semicolons. Empty statements are left out. Parse each by {@code parse(span.of(source))}.
     */
    public List<Span> split(String source) {
        return new StatementSplitter(new Lexer(source, modes).tokens()).split();
    }
}
