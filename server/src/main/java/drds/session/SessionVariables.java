package drds.session;

import drds.atom.SessionState;
import drds.mysql.StatementCharset;
import drds.parser.ParserModes;
import drds.parser.SqlParser;
import drds.rule.Collations;
import drds.rule.KeyConversion;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The variables of one session. Most are part of the {@link SessionState} that every instance gets before it works for the
 * session; some are DRDS's own business and never reach an instance.
 */
final class SessionVariables {
    private static final String SQL_MODE = "sql_mode";
    private static final String UTF8MB4 = "utf8mb4";

    /** Whether unique keys that lack the shard key get a global index by themselves. */
    static final String AUTO_GLOBAL_INDEX = "auto_global_index";

    /** From how many milliseconds on a statement is slow. */
    static final String SLOW_SQL_TIME = "slow_sql_time";

    /** XA or FLEXIBLE. */
    static final String POLICY = "drds_transaction_policy";

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Whether a query of several places outside of a transaction sees all of them at one moment. */
    static final String CONSISTENT_READS = "drds_consistent_reads";

    /** Kept here: on an instance they would end pooled connections, or they are about this server's client alone. */
    private static final Set<String> KEPT = Set.of(
            "wait_timeout",
            "interactive_timeout",
            "net_read_timeout",
            "net_write_timeout",
            "net_retry_count",
            "idle_transaction_timeout",
            "idle_write_transaction_timeout",
            "idle_readonly_transaction_timeout",
            POLICY,
            AUTO_GLOBAL_INDEX,
            SLOW_SQL_TIME,
            CONSISTENT_READS);

    private static final Pattern OFFSET = Pattern.compile("([-+])(\\d{1,2}):(\\d{2})");

    private static final Map<String, String> SYNONYMS = Map.of(
            "tx_isolation", "transaction_isolation",
            "tx_read_only", "transaction_read_only",
            "identity", "last_insert_id");

    private final UnaryOperator<SessionState> shared;
    private SessionState state;
    private @Nullable SessionState plainState;
    private @Nullable SessionState plainOf;
    private @Nullable KeyConversion conversion;
    private @Nullable SessionState conversionOf;
    private final Map<String, String> kept = new HashMap<>();
    private StatementCharset charset;
    private ParserModes modes;
    private SqlParser parser;
    private String sqlMode;
    private boolean zeroIsAValue;
    private long slowNanos;

    /**
     * @param initial the state after login, without a database
     * @param sqlMode the instances' own sql_mode; it is part of the state, so that whoever has the state knows it
     * @param slowMillis from when on a statement is slow
     * @param shared gives for equal states the same object, which is what pools compare fastest
     */
    SessionVariables(
            SessionState initial,
            StatementCharset charset,
            String sqlMode,
            long slowMillis,
            UnaryOperator<SessionState> shared) {
        this.shared = shared;
        this.state = initial.withVariable(SQL_MODE, "'" + sqlMode + "'");
        this.charset = charset;
        this.kept.put(AUTO_GLOBAL_INDEX, "1");
        this.kept.put(SLOW_SQL_TIME, Long.toString(slowMillis));
        this.slowNanos = slowMillis * NANOS_PER_MILLI;
        this.kept.put(CONSISTENT_READS, "0");
        this.kept.put(POLICY, "'XA'");
        this.sqlMode = sqlMode;
        this.zeroIsAValue = isZeroAValue(sqlMode);
        this.modes = ParserModes.of(sqlMode);
        this.parser = new SqlParser(modes);
    }

    private static boolean isZeroAValue(String mode) {
        return mode.toUpperCase(Locale.ROOT).contains("NO_AUTO_VALUE_ON_ZERO");
    }

    private void sqlMode(String mode) {
        sqlMode = mode;
        zeroIsAValue = isZeroAValue(mode);
        modes = ParserModes.of(mode);
        parser = new SqlParser(modes);
    }

    SqlParser parser() {
        return parser;
    }

    /** The name under which a variable is kept: lower case, one of several synonyms. */
    static String canonical(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SYNONYMS.getOrDefault(lower, lower);
    }

    boolean readsConsistently() {
        return "1".equals(kept.get(CONSISTENT_READS));
    }

    static boolean isKeptHere(String canonicalName) {
        return KEPT.contains(canonicalName);
    }

    SessionState state() {
        return state;
    }

    /** The state for a statement that names no user variable: the same object as long as nothing changes. */
    SessionState stateWithoutUserVariables() {
        SessionState known = plainState;
        if (known == null || plainOf != state) {
            plainOf = state;
            known = shared.apply(state.withoutUserVariables());
            plainState = known;
        }
        return known;
    }

    /** How constants become key values; the same object as long as nothing changes. */
    KeyConversion keyConversion(Collations collations, @Nullable ZoneOffset instancesZone) {
        KeyConversion known = conversion;
        if (known == null || conversionOf != state || known.collations() != collations) {
            String zone = state.variables().get("time_zone");
            known = new KeyConversion(
                    collations,
                    zone == null ? instancesZone : fixedZone(zone.replace("'", ""), instancesZone),
                    texts());
            conversion = known;
            conversionOf = state;
        }
        return known;
    }

    /** Texts come in the client's character set and go on in the connection's. */
    private KeyConversion.Texts texts() {
        String set = state.variables().get("character_set_connection");
        String connection = set == null ? UTF8MB4 : set.replace("'", "").toLowerCase(Locale.ROOT);
        if (charset == StatementCharset.BINARY || charset.name().equals("binary")) {
            return KeyConversion.Texts.ASCII;
        }
        if (isShortUtf8(connection) || isShortUtf8(charset.name()) && connection.equals(UTF8MB4)) {
            return KeyConversion.Texts.THREE_BYTES;
        }
        return connection.equals(UTF8MB4) || connection.equals(charset.name())
                ? KeyConversion.Texts.ALL
                : KeyConversion.Texts.ASCII;
    }

    private static boolean isShortUtf8(String name) {
        return name.equals("utf8mb3") || name.equals("utf8");
    }

    /** Null for a zone whose offset changes with the seasons. */
    static @Nullable ZoneOffset fixedZone(String name, @Nullable ZoneOffset system) {
        if (name.equalsIgnoreCase("SYSTEM")) {
            return system;
        }
        if (name.equalsIgnoreCase("UTC")) {
            return ZoneOffset.UTC;
        }
        Matcher offset = OFFSET.matcher(name);
        if (!offset.matches()) {
            return null;
        }
        int minutes = Integer.parseInt(offset.group(2)) * 60 + Integer.parseInt(offset.group(3));
        return ZoneOffset.ofTotalSeconds((offset.group(1).equals("-") ? -minutes : minutes) * 60);
    }

    @Nullable
    String database() {
        return state.currentDatabase().isEmpty() ? null : state.currentDatabase();
    }

    void database(String name) {
        state = state.withDatabase(name);
    }

    /** @param literal the value as SQL text; null for DEFAULT */
    void set(String canonicalName, @Nullable String literal, @Nullable String text) {
        if (canonicalName.equals(SLOW_SQL_TIME) && text != null) {
            slowNanos = Long.parseLong(text) * NANOS_PER_MILLI;
        }
        if (isKeptHere(canonicalName)) {
            if (literal == null) {
                kept.remove(canonicalName);
            } else {
                kept.put(canonicalName, literal);
            }
            return;
        }
        state = literal == null ? state.withoutVariable(canonicalName) : state.withVariable(canonicalName, literal);
        if (canonicalName.equals("character_set_client")) {
            StatementCharset chosen = text == null ? StatementCharset.UTF8 : StatementCharset.of(text);
            charset = chosen == null ? StatementCharset.BINARY : chosen;
        } else if (canonicalName.equals(SQL_MODE)) {
            sqlMode(text == null ? "" : text);
            state = state.withVariable(SQL_MODE, "'" + sqlMode + "'");
        } else if (canonicalName.equals("long_query_time") && text != null) {
            slowNanos = (long) (Double.parseDouble(text) * 1000 * NANOS_PER_MILLI);
        }
    }

    /** @param literal null for NULL */
    void setUser(String name, @Nullable String literal) {
        String lower = name.toLowerCase(Locale.ROOT);
        state = literal == null ? state.withoutUserVariable(lower) : state.withUserVariable(lower, literal);
    }

    /** All values at one moment, for what changes them for one statement only. */
    record Snapshot(
            SessionState state, Map<String, String> kept, StatementCharset charset, String sqlMode, long slowNanos) {}

    Snapshot snapshot() {
        return new Snapshot(state, Map.copyOf(kept), charset, sqlMode, slowNanos);
    }

    void restore(Snapshot snapshot) {
        state = snapshot.state();
        kept.clear();
        kept.putAll(snapshot.kept());
        charset = snapshot.charset();
        sqlMode(snapshot.sqlMode());
        slowNanos = snapshot.slowNanos();
    }

    /** Variables kept here with their values as SQL text. */
    Map<String, String> kept() {
        return kept;
    }

    StatementCharset charset() {
        return charset;
    }

    ParserModes modes() {
        return modes;
    }

    String sqlMode() {
        return sqlMode;
    }

    /** Whether 0 in an AUTO_INCREMENT column is no request for a number. */
    boolean zeroIsAValue() {
        return zeroIsAValue;
    }

    /** From when on a statement is slow. */
    long slowNanos() {
        return slowNanos;
    }

    boolean noBackslashEscapes() {
        return modes.noBackslashEscapes();
    }
}
