package drds.transaction;

import drds.atom.Backend;
import drds.error.SqlError;
import java.util.List;

/** Undoes branches that are not prepared. A branch whose connection is lost is undone by its instance. */
final class Rollback {
    private Rollback() {}

    /** Rolls all of them back at the same time and gives their connections back. */
    static void of(List<Branch> branches) {
        for (Branch branch : branches) {
            try {
                if (branch.local()) {
                    branch.backend.sendQuery("ROLLBACK");
                } else {
                    branch.backend.sendQuery("XA END " + branch.xid);
                    branch.backend.sendQuery("XA ROLLBACK " + branch.xid);
                }
                branch.backend.flush();
            } catch (SqlError e) {
                branch.backend.discard();
            }
        }
        for (Branch branch : branches) {
            end(branch);
        }
    }

    private static void end(Branch branch) {
        Backend backend = branch.backend;
        if (!backend.isOpen()) {
            backend.discard();
            return;
        }
        try {
            if (!branch.local()) {
                // After a deadlock XA END says that the branch can only be rolled back, which is what follows.
                backend.readResponse();
            }
            Work.ok(backend);
            backend.release();
        } catch (SqlError e) {
            // Without its connection the instance undoes an unprepared branch.
            backend.discard();
        }
    }
}
