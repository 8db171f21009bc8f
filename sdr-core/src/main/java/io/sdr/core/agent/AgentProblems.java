package io.sdr.core.agent;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import java.io.IOException;

/** What can be wrong with an agent and what is asked of it, in words. Of disks it says no more than the asker said itself. */
final class AgentProblems {
    private AgentProblems() {}

    private static InvalidRequestException refused(String code, String attempted, String state, String remedy) {
        return new InvalidRequestException(Problem.of(code)
                .attempted(attempted)
                .state(state + "; nothing was changed")
                .remedy(remedy));
    }

    static InvalidRequestException configuration(String state) {
        return refused("AGENT_CONFIGURATION", "read the configuration of the agent", state, "correct the file");
    }

    static InvalidRequestException notListed(String subject) {
        return refused(
                "PEER_NOT_LISTED",
                "serve " + subject,
                "its certificate is good, but it is listed neither as a controller nor as a peer",
                "list the subject in the agent's configuration, or use another certificate");
    }

    static InvalidRequestException notAdmitted(String agent, String subject) {
        return refused(
                "PEER_NOT_LISTED",
                "talk to the agent at " + agent,
                "it is " + subject + ", whose certificate is good, but which is not listed as a peer",
                "list the subject as a peer in the configuration of the agent that connects");
    }

    static InvalidRequestException notController(String subject) {
        return refused(
                "NOT_A_CONTROLLER",
                "let " + subject + " choose disks",
                "it is listed as a peer only",
                "list the subject as a controller in the agent's configuration");
    }

    static InvalidRequestException unknownDisk(String name) {
        return refused(
                "UNKNOWN_DISK",
                "use the disk '" + name + "'",
                "the agent has none of that name under a root",
                "name a disk that the agent's configuration lists, or ROOT/FILE");
    }

    static InvalidRequestException noRight(String name) {
        return refused(
                "NO_RIGHT",
                "write the disk '" + name + "'",
                "the agent's configuration lets it be read only",
                "set disk." + name + ".rights=write there if it shall be overwritten");
    }

    static InvalidRequestException busy(String name) {
        return refused(
                "DISK_BUSY",
                "use the disk '" + name + "'",
                "another sync writes it, or reads it",
                "run it again after that");
    }

    static InvalidRequestException unknownHandle() {
        return refused(
                "UNKNOWN_HANDLE",
                "use a disk by its handle",
                "the handle was never given, was used already, or its connection is gone",
                "ask for a new one");
    }

    static InvalidRequestException tooMany(String what, int most) {
        return refused(
                "TOO_MANY", "do one thing more", most + " " + what + " is the limit", "wait until others are done");
    }

    static InvalidRequestException version(int theirs) {
        return refused(
                "AGENT_VERSION",
                "understand the other end",
                "it speaks version " + theirs + " of the protocol, this one " + AgentConnection.VERSION,
                "run the same version of sdr at both ends");
    }

    static InvalidRequestException address(String text) {
        return refused(
                "DISK_ADDRESS",
                "use '" + text + "'",
                "it is not of the form sdr://HOST:PORT/NAME",
                "correct the address");
    }

    static OperationFailedException cannotListen(String address, IOException cause) {
        return new OperationFailedException(
                Problem.of("CANNOT_LISTEN")
                        .attempted("listen on " + address)
                        .state(cause.getMessage() == null ? cause.toString() : cause.getMessage())
                        .remedy("name an address of this machine and a port that is free; port 0 takes any"),
                cause);
    }
}
