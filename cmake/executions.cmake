# The executions that need more than the compiler: the targets latent::openmp and latent::mpi, those of `latent_executions`
# for which CMake finds what they need; latent_<execution>_FOUND tells. Absence is no error here. Read by the project
# itself and, installed, by find_package(latent COMPONENTS openmp mpi).
get_target_property(latent_imported latent::latent IMPORTED)
foreach(execution IN LISTS latent_executions)
    if(execution STREQUAL "openmp")
        find_package(OpenMP QUIET COMPONENTS CXX)
        set(latent_needs OpenMP::OpenMP_CXX)
        set(latent_definitions EIGEN_DONT_PARALLELIZE)  # Eigen's own threads would change the last bits of its products
    elseif(execution STREQUAL "mpi")
        find_package(MPI QUIET COMPONENTS CXX)
        set(latent_needs MPI::MPI_CXX)
        set(latent_definitions OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)  # the C++ bindings that MPI gave up
    else()
        continue()
    endif()

    set(latent_${execution}_FOUND FALSE)
    if(TARGET ${latent_needs})
        set(latent_${execution}_FOUND TRUE)
        if(NOT TARGET latent::${execution})
            if(latent_imported)
                set(latent_target latent::${execution})
                add_library(${latent_target} INTERFACE IMPORTED)
            else()
                set(latent_target latent_${execution})
                add_library(${latent_target} INTERFACE)
                add_library(latent::${execution} ALIAS ${latent_target})
            endif()
            target_link_libraries(${latent_target} INTERFACE latent::latent ${latent_needs})
            target_compile_definitions(${latent_target} INTERFACE ${latent_definitions})
        endif()
    endif()
endforeach()
