package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;

/** Statements that move data between instances, and those that steer the jobs which do it. */
final class JobParser {
    private final Tokens t;

    JobParser(Grammar grammar) {
        this.t = grammar.tokens;
    }

    Statement moveShard() {
        int start = t.start();
        t.next();
        t.expect(SHARD);
        Identifier shard = t.identifierOrString();
        t.expect(TO);
        Identifier group = t.identifierOrString();
        return new OperatorStatement.MoveShard(t.since(start), shard, group);
    }

    /** PAUSE, CONTINUE, CANCEL, REVERSE, COMPLETE. */
    Statement command() {
        int start = t.start();
        OperatorStatement.JobCommand.Verb verb = switch (t.word()) {
            case PAUSE -> OperatorStatement.JobCommand.Verb.PAUSE;
            case CONTINUE -> OperatorStatement.JobCommand.Verb.CONTINUE;
            case CANCEL -> OperatorStatement.JobCommand.Verb.CANCEL;
            case REVERSE -> OperatorStatement.JobCommand.Verb.REVERSE;
            case COMPLETE -> OperatorStatement.JobCommand.Verb.COMPLETE;
            case null, default -> throw t.error();
        };
        t.next();
        t.expect(JOB);
        List<Long> ids = new ArrayList<>(1);
        do ids.add(t.integer());
        while (t.accept(Token.COMMA));
        return new OperatorStatement.JobCommand(t.since(start), verb, ids);
    }

    Statement addStorage() {
        int start = t.start();
        t.next();
        t.expect(STORAGE);
        Identifier name = t.identifierOrString();
        if (t.accept(LOCAL)) {
            return new OperatorStatement.AddStorage(t.since(start), name, null, "", "");
        }
        t.expect(AT);
        String address = t.identifierOrString().text();
        String user = "root";
        String password = "";
        if (t.accept(USER)) {
            user = t.identifierOrString().text();
        }
        if (t.accept(PASSWORD)) {
            password = t.identifierOrString().text();
        }
        return new OperatorStatement.AddStorage(t.since(start), name, address, user, password);
    }

    /** Behind DROP. */
    Statement dropStorage(int start) {
        t.expect(STORAGE);
        Identifier name = t.identifierOrString();
        return new OperatorStatement.DropStorage(t.since(start), name);
    }

    /** Behind ALTER DATABASE d REBALANCE. */
    Statement rebalance(int start, Identifier name) {
        List<Identifier> drained = new ArrayList<>(1);
        if (t.accept(DRAIN)) {
            do drained.add(t.identifierOrString());
            while (t.accept(Token.COMMA));
        }
        return new OperatorStatement.Rebalance(t.since(start), name, drained);
    }

    /** {@code REBALANCE d [DRAIN ...]}. */
    Statement rebalance() {
        int start = t.start();
        t.next();
        return rebalance(start, t.identifierOrString());
    }
}
