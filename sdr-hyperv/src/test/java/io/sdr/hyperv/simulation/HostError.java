package io.sdr.hyperv.simulation;

import java.util.OptionalLong;

/** An error as PowerShell would tell it: by identifier, category, numbers; its text says nothing that a caller may rely on. */
public final class HostError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** HRESULT of a file that somebody else has open. */
    public static final int SHARING_VIOLATION = 0x8007_0020;

    static final int FILE_NOT_FOUND = 0x8007_0002;
    static final int PATH_NOT_FOUND = 0x8007_0003;
    static final int FILE_EXISTS = 0x8007_0050;
    /** What exceptions of .NET and of the Hyper-V module carry if there is nothing better. */
    static final int FAILED = 0x8013_1500;

    static final int INVALID_OPERATION = 0x8013_1509;

    private final String id;
    private final String category;
    private final String type;
    private final int hresult;
    private final transient OptionalLong number;
    private final String sdr;

    private HostError(
            String id, String category, String type, int hresult, OptionalLong number, String sdr, String text) {
        super(text);
        this.id = id;
        this.category = category;
        this.type = type;
        this.hresult = hresult;
        this.number = number;
        this.sdr = sdr;
    }

    /** What a script of this library refuses by itself: Refuse of the prologue. */
    static HostError refuse(String code, String text) {
        return new HostError(
                text,
                "OperationStopped",
                "System.InvalidOperationException",
                INVALID_OPERATION,
                OptionalLong.empty(),
                code,
                text);
    }

    /** What the number of a WMI method or job becomes: Fault of the prologue. */
    static HostError fault(long number, String text) {
        return new HostError(
                text,
                "OperationStopped",
                "System.InvalidOperationException",
                INVALID_OPERATION,
                OptionalLong.of(number),
                "",
                text);
    }

    /** What a cmdlet gives. */
    static HostError cmdlet(String id, String category, int hresult, String command, String text) {
        return new HostError(
                id + ",Microsoft.HyperV.PowerShell.Commands." + command.replace("-", ""),
                category,
                "Microsoft.HyperV.PowerShell.VirtualizationException",
                hresult,
                OptionalLong.empty(),
                "",
                text);
    }

    /** A cmdlet of Hyper-V that the VM's state does not allow. */
    static HostError invalidState(String command, String text) {
        return cmdlet("InvalidState", "InvalidOperation", FAILED, command, text);
    }

    /** A cmdlet whose object or file is not there. */
    static HostError notFound(String command, String text) {
        return cmdlet("ObjectNotFound", "ObjectNotFound", FILE_NOT_FOUND, command, text);
    }

    /** A cmdlet that finds a file open elsewhere. */
    static HostError inUse(String command, String text) {
        return cmdlet("OperationFailed", "NotSpecified", SHARING_VIOLATION, command, text);
    }

    /** What a method of .NET throws. */
    static HostError dotNet(String type, int hresult, String text) {
        return new HostError(type, "NotSpecified", "System.IO." + type, hresult, OptionalLong.empty(), "", text);
    }

    /** A command of a module that is not there. */
    static HostError noCommand(String command) {
        return new HostError(
                "CommandNotFoundException",
                "ObjectNotFound",
                "System.Management.Automation.CommandNotFoundException",
                FAILED,
                OptionalLong.empty(),
                "",
                command);
    }

    /** Any other error of PowerShell itself. */
    static HostError shell(String id, String category, String text) {
        return new HostError(
                id, category, "System.Management.Automation.RuntimeException", FAILED, OptionalLong.empty(), "", text);
    }

    String id() {
        return id;
    }

    String category() {
        return category;
    }

    String type() {
        return type;
    }

    int hresult() {
        return hresult;
    }

    OptionalLong number() {
        return number;
    }

    String sdr() {
        return sdr;
    }
}
