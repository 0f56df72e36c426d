package drds.session;

import drds.catalog.Account;
import drds.catalog.CclRule;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.AccountStatement;
import drds.parser.Delete;
import drds.parser.Identifier;
import drds.parser.Insert;
import drds.parser.OperatorStatement;
import drds.parser.ParsedStatement;
import drds.parser.Query;
import drds.parser.Span;
import drds.parser.Statement;
import drds.parser.StatementTemplate;
import drds.parser.Update;
import drds.session.operate.CclRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** CREATE, DROP and CLEAR of the rules of throttling, and what they do to the statements of a session. */
final class Throttling {
    private static final int LARGEST = 1_000_000;

    private final Session session;
    private final Engine engine;

    Throttling(Session session, Engine engine) {
        this.session = session;
        this.engine = engine;
    }

    // ---- what statements have to keep to ----

    /**
     * Waits until the statements of a text may run.
     *
     * @param rules those of the catalog, at least one
     * @return to be closed when they have run
     * @throws SqlError if they may not
     */
    CclRules.Permit enter(Collection<CclRule> rules, String sql, boolean several) {
        if (rules.stream().noneMatch(this::fitsUser)) {
            return CclRules.Permit.NONE;
        }
        List<String> statements = several && sql.indexOf(';') >= 0
                ? session.parser().split(sql).stream()
                        .map((Span span) -> span.of(sql))
                        .toList()
                : List.of(sql);
        for (String statement : statements) {
            CclRule rule = rule(rules, statement);
            if (rule != null) {
                session.transaction().beginStatement();
                return engine.cclRules().enter(rule, session.transaction()::throwIfKilled);
            }
        }
        return CclRules.Permit.NONE;
    }

    /** The first of the rules that fits; null if none does. */
    private @Nullable CclRule rule(Collection<CclRule> rules, String sql) {
        List<CclRule> possible = rules.stream()
                .filter(rule -> fitsUser(rule) && hasKeywords(rule, sql))
                .toList();
        if (possible.isEmpty()) {
            return null;
        }
        ParsedStatement parsed = session.parse(sql);
        CclRule.Kind kind = kind(parsed.statement());
        if (kind == null) {
            return null;
        }
        Set<HeldTables.Name> tables =
                HeldTables.named(parsed.statement(), session.variables().database());
        return possible.stream()
                .filter(rule -> rule.kind() == kind && fitsTables(rule, tables) && fitsTemplate(rule, sql))
                .findFirst()
                .orElse(null);
    }

    private boolean fitsUser(CclRule rule) {
        boolean user = rule.user().equals("*")
                || rule.user().equals("%")
                || rule.user().equals(session.account().user());
        return user && fits(rule.host(), session.host());
    }

    /** With % and _ as LIKE has them. */
    private static boolean fits(String pattern, String host) {
        if (pattern.equals("%")) {
            return true;
        }
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            regex.append(c == '%' ? ".*" : c == '_' ? "." : java.util.regex.Pattern.quote(String.valueOf(c)));
        }
        return host.matches("(?i)" + regex);
    }

    private static boolean hasKeywords(CclRule rule, String sql) {
        if (rule.keywords().isEmpty()) {
            return true;
        }
        String text = sql.toLowerCase(Locale.ROOT);
        return rule.keywords().stream().allMatch(keyword -> text.contains(keyword.toLowerCase(Locale.ROOT)));
    }

    private static CclRule.@Nullable Kind kind(Statement statement) {
        return switch (statement) {
            case Query query -> CclRule.Kind.SELECT;
            case Insert insert -> CclRule.Kind.INSERT;
            case Update update -> CclRule.Kind.UPDATE;
            case Delete delete -> CclRule.Kind.DELETE;
            default -> null;
        };
    }

    private static boolean fitsTables(CclRule rule, Set<HeldTables.Name> tables) {
        boolean any = rule.database().equals("*") && rule.table().equals("*");
        return any
                || tables.stream()
                        .anyMatch(name -> (rule.database().equals("*")
                                        || rule.database().equals(name.database()))
                                && (rule.table().equals("*") || rule.table().equals(name.table())));
    }

    private boolean fitsTemplate(CclRule rule, String sql) {
        return rule.template() == null
                || StatementTemplate.of(sql, session.variables().modes()).equals(rule.template());
    }

    // ---- the rules themselves ----

    void create(OperatorStatement.CreateCclRule create) {
        checkAllowed();
        String name = create.name().text();
        AccountStatement.Account account = create.account();
        String template = create.template() == null
                ? null
                : StatementTemplate.of(create.template(), session.variables().modes());
        CclRule rule = new CclRule(
                name,
                create.database(),
                create.table(),
                account.currentUser() ? session.account().user() : account.user(),
                account.host() == null ? "%" : account.host(),
                CclRule.Kind.valueOf(create.kind()),
                create.keywords(),
                template,
                size("MAX_CONCURRENCY", create.maxConcurrency()),
                size("WAIT_QUEUE_SIZE", create.waitQueueSize()),
                size("WAIT_TIMEOUT", create.waitTimeout()),
                System.currentTimeMillis());
        boolean[] there = new boolean[1];
        engine.store().change(catalog -> {
            there[0] = catalog.cclRules().containsKey(name);
            if (there[0]) {
                return catalog;
            }
            List<CclRule> rules = new ArrayList<>(catalog.cclRules().values());
            rules.add(rule);
            return catalog.withCclRules(rules);
        });
        if (there[0]) {
            told(create.ifNotExists(), "The rule '" + name + "' exists already");
        }
    }

    private static int size(String option, long value) {
        if (value > LARGEST) {
            throw ErrorCode.UNKNOWN_ERROR.with(option + " is at most " + LARGEST);
        }
        return (int) value;
    }

    void drop(OperatorStatement.DropCclRules drop) {
        checkAllowed();
        List<String> missing = new ArrayList<>();
        engine.store().change(catalog -> {
            missing.clear();
            List<CclRule> rules = new ArrayList<>(catalog.cclRules().values());
            if (drop.names().isEmpty()) {
                rules.clear();
            }
            for (Identifier name : drop.names()) {
                if (!rules.removeIf(rule -> rule.name().equals(name.text()))) {
                    missing.add(name.text());
                }
            }
            return rules.size() == catalog.cclRules().size() ? catalog : catalog.withCclRules(rules);
        });
        engine.cclRules().keepOnly(engine.catalog().cclRules().values());
        if (!missing.isEmpty()) {
            told(drop.ifExists(), "There is no rule '" + missing.getFirst() + "'");
        }
    }

    private void told(boolean asNote, String text) {
        SqlError error = ErrorCode.UNKNOWN_ERROR.with(text);
        if (!asNote) {
            throw error;
        }
        session.diagnostics().note(error.number(), error.message());
    }

    private void checkAllowed() {
        Account account = engine.catalog().accounts().get(session.account());
        if (account == null || !account.grants()) {
            throw ErrorCode.PRIVILEGE_MISSING.with("SUPER");
        }
    }

    // ---- SHOW CCL_RULES ----

    MemoryResult show(@Nullable String name) {
        MemoryResult.Builder result = MemoryResult.builder()
                .number("NO.")
                .text("RULE_NAME")
                .number("RUNNING", "WAITING", "KILLED", "TOTAL_MATCH")
                .number("MAX_CONCURRENCY_PER_NODE", "WAIT_QUEUE_SIZE_PER_NODE", "WAIT_TIMEOUT")
                .text("SQL_TYPE", "USER", "TABLE", "KEYWORDS", "TEMPLATE", "CREATED_TIME");
        int number = 1;
        for (CclRule rule : engine.catalog().cclRules().values()) {
            if (name == null || name.equals(rule.name())) {
                CclRules.Standing standing = engine.cclRules().standing(rule);
                result.row(
                        number,
                        rule.name(),
                        standing.running(),
                        standing.waiting(),
                        standing.refused(),
                        standing.matched(),
                        rule.maxConcurrency(),
                        rule.waitQueueSize(),
                        rule.waitTimeoutSeconds(),
                        rule.kind(),
                        rule.user() + "@" + rule.host(),
                        rule.database() + "." + rule.table(),
                        rule.keywords().isEmpty() ? null : String.join(", ", rule.keywords()),
                        rule.template(),
                        OperatorShow.time(rule.createdMillis()));
            }
            number++;
        }
        return result.build();
    }
}
