/* Functions that make no sense for a CPU's own memory, or for one machine. */
#include "exchange/pjrt/plugin.h"

#define UNSUPPORTED(F)                                                                             \
    F(CopyToDeviceStream_Destroy, "nothing is sent to a device while a program runs")              \
    F(CopyToDeviceStream_AddChunk, "nothing is sent to a device while a program runs")             \
    F(CopyToDeviceStream_TotalBytes, "nothing is sent to a device while a program runs")           \
    F(CopyToDeviceStream_GranuleSize, "nothing is sent to a device while a program runs")          \
    F(CopyToDeviceStream_CurrentBytes, "nothing is sent to a device while a program runs")         \
    F(Client_UpdateGlobalProcessInfo, "a client belongs to one process")                           \
    F(Client_CreateAliasBuffer, "buffers are made when a program returns, not before")             \
    F(Client_FulfillAliasBuffer, "buffers are made when a program returns, not before")            \
    F(AsyncHostToDeviceTransferManager_TransferLiteral, "data are given as bytes, not literals")   \
    F(Buffer_CopyRawToHostFuture, "where the data go must be known when they are asked for")       \
    F(Device_PoisonExecution, "a program is done when the call that starts it returns")            \
    F(Device_CreateAsyncTrackingEvent, "a program is done when the call that starts it returns")   \
    F(AsyncTrackingEvent_Destroy, "a program is done when the call that starts it returns")        \
    F(Buffer_DonateWithControlDependency, "a buffer is donated to a program, not to an event")     \
    F(TopologyDescription_MakeCanonicalShapeForMemorySpace, "arrays are row-major everywhere")     \
    F(TopologyDescription_GetMemorySpaceKindIds, "each device has one memory")

#define F(name, why)                                                                               \
    API(name)                                                                                      \
    {                                                                                              \
        (void)a;                                                                                   \
        return pjrt_fail(PJRT_UNIMPLEMENTED, "PJRT_" #name " is not supported: " why);             \
    }
UNSUPPORTED(F)

/* The memory of the devices is the host's, so nothing needs to be mapped. */
API(Client_DmaMap)
{
    (void)a;
    return NULL;
}

API(Client_DmaUnmap)
{
    (void)a;
    return NULL;
}
