package drds.planner;

/** Why a statement can't be answered by the instances alone; caught inside the planner, which then takes another way. */
final class NotPushable extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotPushable(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
