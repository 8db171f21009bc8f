package io.sdr.core.agent;

import io.sdr.api.DiskId;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SiteId;
import io.sdr.api.spi.CallContext;
import java.io.IOException;
import java.time.Instant;

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

    static InvalidRequestException unknownFolder(String name) {
        return refused(
                "UNKNOWN_FOLDER",
                "use '" + name + "'",
                "the agent has no such place under a root",
                "name ROOT/FOLDER with a root that the agent's configuration lists");
    }

    static InvalidRequestException readOnly(String name) {
        return refused(
                "NO_RIGHT", "change '" + name + "'", "it is there for reading only", "change it at its own site");
    }

    static InvalidRequestException outside(long offset, long length, long size) {
        return refused(
                "OUTSIDE_OF_DISK",
                "read " + length + " bytes at " + offset,
                "the disk has " + size,
                "see that both ends run the same version of sdr");
    }

    static InvalidRequestException otherRelation(ItemId item) {
        return refused(
                "OTHER_RELATION",
                "use another item, VM or direction than was agreed on",
                "this is the driver of " + item,
                "see that both ends run the same version of sdr");
    }

    static InvalidRequestException notReachable(DiskId disk, SiteId site) {
        return refused(
                "NO_DATA_PATH",
                "read disk " + disk + " of site " + site + " from an agent",
                "the site gives it to the engine's process only",
                "let an agent reach the disks of both sites, or of neither");
    }

    static InvalidRequestException portClosed(String name) {
        return refused("PORT_CLOSED", "call the agent at " + name, "the way to it was closed", "open it again");
    }

    static RetryableException folderBusy(String folder) {
        return new RetryableException(Problem.of("FOLDER_BUSY")
                .attempted("change " + folder)
                .state("an earlier call still works on it; nothing was changed")
                .remedy("run it again"));
    }

    static OperationFailedException staleEpoch(String folder, long epoch, long later) {
        return new OperationFailedException(Problem.of("STALE_EPOCH")
                .attempted("change " + folder + " under epoch " + epoch)
                .state("somebody works on it under epoch " + later + "; nothing was changed")
                .remedy("nothing: a later decision has been made"));
    }

    static OperationFailedException tooLate(CallContext call, Instant now) {
        return new OperationFailedException(Problem.of("TOO_LATE")
                .attempted("change the replica of " + call.item())
                .state("it is " + now + " at the agent, the call was good until " + call.notAfter()
                        + "; nothing was changed")
                .remedy("look at the replica, then call again"));
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

    static RetryableException tooManyConnections(int most) {
        return new RetryableException(Problem.of("TOO_MANY")
                .attempted("serve one connection more")
                .state(most + " connections are the limit; nothing was changed")
                .remedy("run it again when others are done"));
    }

    static RetryableException sentAway() {
        return new RetryableException(Problem.of("SENT_AWAY")
                .attempted("serve a connection")
                .state("it took too long to say who it is, or others came who wanted to; nothing was changed")
                .remedy("run it again"));
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
