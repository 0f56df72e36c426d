package drds.parser;

/** Kinds of tokens. */
enum Token {
    /** Behind the last token. */
    END,
    /** An unquoted word: an identifier or a keyword. */
    WORD,
    /** A quoted identifier. */
    QUOTED,
    /** A string in quotes. */
    STRING,
    /** {@code N'...'}. */
    NATIONAL,
    INTEGER,
    DECIMAL,
    FLOAT,
    HEX,
    BIT,
    PARAMETER,
    /** {@code @name}, {@code @'name'}; also the host of an account. */
    USER_VARIABLE,
    /** A single {@code @}. */
    AT,
    /** {@code @@} before a system variable's name. */
    AT_AT,
    /** {@code \N}. */
    NULL,
    COMMA,
    SEMICOLON,
    DOT,
    OPEN,
    CLOSE,
    OPEN_BRACE,
    CLOSE_BRACE,
    EQUAL,
    NULL_SAFE_EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    SHIFT_LEFT,
    SHIFT_RIGHT,
    PLUS,
    MINUS,
    STAR,
    SLASH,
    PERCENT,
    CARET,
    TILDE,
    BANG,
    AMPERSAND,
    DOUBLE_AMPERSAND,
    PIPE,
    DOUBLE_PIPE,
    ASSIGN,
    COLON,
    ARROW,
    LONG_ARROW,
    /** A character that begins no token, a string or comment without an end. */
    BAD
}
