package drds.parser;

/** The parsers of the statement families over one text; they call each other through this. */
final class Grammar {
    /** Deeper nesting is refused, so that no text can exhaust a stack of one megabyte. */
    static final int NESTING_LIMIT = 256;

    final Tokens tokens;
    final ExpressionParser expressions;
    final PrimaryParser primaries;
    final FunctionParser functions;
    final QueryParser queries;
    final TableReferenceParser tables;
    private int depth;

    Grammar(Tokens tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(this);
        this.primaries = new PrimaryParser(this);
        this.functions = new FunctionParser(this);
        this.queries = new QueryParser(this);
        this.tables = new TableReferenceParser(this);
    }

    void enter() {
        if (++depth > NESTING_LIMIT) throw tokens.error();
    }

    void leave() {
        depth--;
    }
}
